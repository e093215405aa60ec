"""
A mail host offers REQUIRETLS.

A sender may then ask that a message travel encrypted on its whole way or come back.

Fires on (options: smtp):

    example.com.        MX    10 mail.example.com.
    mail.example.com.   A     9.9.9.10
    mail.example.com.   SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS REQUIRETLS TLSv1.3

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
    title="A mail host offers REQUIRETLS",
    severity=Severity.INFO,
    codes=["TLS_REQUIRETLS"],
    reads=[mail_servers],
    cites=["RFC 8689 section 2"],
    opt_in="smtp",
)
def requiretls(case: Case) -> Iterator[Finding]:
    for server in reached_servers(case):
        if "REQUIRETLS" in server.announced:
            yield case.finding(
                "{host} offers REQUIRETLS: senders may insist on encryption for a message",
                host=server.host,
                at=server.question,
            )
