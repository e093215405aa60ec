"""
MX records of two mailbox services.

Senders try the host with the best preference first and any other when that one does not answer. Where the
hosts belong to two mailbox services, letters arrive now in the mailboxes of one and now in those of the other,
which nobody reads or which refuse them. It is what a move leaves behind whose last step was forgotten.

Fires on:

    example.com.                                   MX  1 smtp.google.com.
    example.com.                                   MX  0 example-com.mail.protection.outlook.com.
    smtp.google.com.                               A   9.9.9.10
    example-com.mail.protection.outlook.com.       A   149.112.112.10

Silent on:

    example.com.           MX  1 aspmx.l.google.com.
    example.com.           MX  5 alt1.aspmx.l.google.com.
    example.com.           MX  9 mail.example.com.
    aspmx.l.google.com.       A   9.9.9.10
    alt1.aspmx.l.google.com.  A   149.112.112.10
    mail.example.com.         A   9.9.9.11

Unknown on:

    example.com.  SERVFAIL  MX
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._when import receives_mail
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mx_records import mx_records


@check(
    title="MX records of two mailbox services",
    severity=Severity.WARNING,
    applies_to=receives_mail,
    codes=["MX_TWO_SERVICES"],
    reads=[mx_records],
    cites=["RFC 5321 section 5.1"],
)
def two_services(case: Case) -> Iterator[Finding]:
    mx, hints = case.read(mx_records), case.scope.selector_hints
    if hints is None:
        return
    services: dict[str, str] = {}
    for exchange in mx.exchanges:
        service = hints.mailbox_service(exchange)
        if service:
            services.setdefault(service, exchange)
    if len(services) > 1:
        (first, host), (second, other) = list(services.items())[:2]
        yield case.finding(
            "mail for {domain} goes to two services: {host} is of {first}, {other} of {second}; letters arrive now here, "
            "now there",
            domain=case.domain,
            host=host,
            first=first,
            other=other,
            second=second,
            at=mx.question,
            remedy="Keep the MX records of the service whose mailboxes you read and delete those of the other. If both are "
            "to get the mail, let one of them forward to the other.",
        )
