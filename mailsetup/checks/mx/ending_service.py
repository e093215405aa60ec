"""
Mail goes to a service that ends or has ended.

Until its last day everything works; from the next on letters bounce or lie in mailboxes that nobody can open any
more. A move takes weeks, most of them for the mailboxes and not for DNS.

Fires on:

    example.com.               MX     10 inbound-smtp.us-east-1.amazonaws.com.
    autodiscover.example.com.  CNAME  autodiscover.mail.us-east-1.awsapps.com.

Fires on:

    example.com.  MX  100 example.com.s5a1.psmtp.com.

Silent on:

    example.com.  MX  10 inbound-smtp.us-east-1.amazonaws.com.

Silent on:

    example.com.  MX  1 smtp.google.com.

Unknown on:

    example.com.               MX        10 inbound-smtp.us-east-1.amazonaws.com.
    autodiscover.example.com.  SERVFAIL  CNAME
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._services import RECEIVERS, changed_services
from mailsetup.checks._when import receives_mail
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mx_records import mx_records


@check(
    title="Mail goes to a service that ends",
    severity=Severity.WARNING,
    applies_to=receives_mail,
    codes=["MX_SERVICE_ENDS"],
    reads=[*RECEIVERS],
    cites=["RFC 5321 section 5.1"],
)
def ending_service(case: Case) -> Iterator[Finding]:
    for service in changed_services(case, "closing", "closed"):
        fate = service.fate
        over = bool(fate.ends_on) and case.as_of[:10] > fate.ends_on
        if not fate.ends_on:
            template = "mail for {domain} goes to {service}, which has closed or takes no domains any more: {note}{source}"
        elif over:
            template = "mail for {domain} goes to {service}, which ended on {day}{source}"
        else:
            template = "mail for {domain} goes to {service}, which ends on {day}{source}"
        yield case.finding(
            template,
            domain=case.domain,
            service=service.name,
            day=fate.ends_on,
            note=fate.note,
            source=service.told_by,
            at=case.read(mx_records).question,
            severity=Severity.ERROR if over else None,
            what=fate.what_to_do,
            remedy="{what} `mailsetup plan` shows the move record by record." if fate.what_to_do else None,
        )
