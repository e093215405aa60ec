"""
A mail host does not offer STARTTLS.

All mail to it crosses the Internet in plain text; senders that insist on encryption do not deliver.

Fires on (options: smtp):

    example.com.        MX    10 mail.example.com.
    mail.example.com.   A     9.9.9.10
    mail.example.com.   SMTP  "220 mail.example.com ESMTP" SIZE

Fires on (options: smtp):

    example.com.        MX    10 mail.example.com.
    mail.example.com.   A     9.9.9.10
    mail.example.com.   SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS starttls=refused

Silent on (options: smtp):

    example.com.        MX    10 mail.example.com.
    mail.example.com.   A     9.9.9.10
    mail.example.com.   SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS TLSv1.3

Unknown on (options: smtp):

    example.com.        MX    10 mail.example.com.
    mail.example.com.   A     9.9.9.10
    mail.example.com.   TIMEOUT SMTP
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._transport import reached_servers
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.starttls import mail_servers


@check(
    title="A mail host does not offer STARTTLS",
    severity=Severity.WARNING,
    codes=["TLS_NO_STARTTLS"],
    reads=[mail_servers],
    cites=["RFC 3207", "RFC 9325 section 3.2"],
    yields_to=["dane/no-starttls", "transport/sts-mx-certificate"],
    opt_in="smtp",
)
def no_starttls(case: Case) -> Iterator[Finding]:
    for server in reached_servers(case):
        if not server.greets or server.answer.starttls:
            continue
        refused = "STARTTLS" in server.announced
        yield case.finding(
            "{host} announces STARTTLS and then refuses it: mail to it is sent in plain text, or not at all"
            if refused
            else "{host} does not offer STARTTLS: mail to it is sent in plain text",
            host=server.host,
            at=server.question,
            remedy="Look into the mail server's log: its certificate or its key cannot be read, most often."
            if refused
            else "Give {host} a certificate and switch STARTTLS on.",
        )
