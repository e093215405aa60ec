"""
A mail host does not announce SIZE.

With it a sender learns before sending that a message is too large.

Fires on (options: smtp):

    example.com.        MX    10 mail.example.com.
    mail.example.com.   A     9.9.9.10
    mail.example.com.   SMTP  "220 mail.example.com ESMTP" STARTTLS TLSv1.3

Silent on (options: smtp):

    example.com.        MX    10 mail.example.com.
    mail.example.com.   A     9.9.9.10
    mail.example.com.   SMTP  "220 mail.example.com ESMTP" "SIZE 1000" STARTTLS TLSv1.3

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
    title="A mail host does not announce SIZE",
    severity=Severity.INFO,
    codes=["SMTP_SIZE"],
    reads=[mail_servers],
    cites=["RFC 1870 section 3"],
    opt_in="smtp",
)
def no_size(case: Case) -> Iterator[Finding]:
    for server in reached_servers(case):
        if server.answer.extensions and "SIZE" not in server.announced:
            yield case.finding(
                "{host} does not announce the largest message it takes (SIZE)",
                host=server.host,
                at=server.question,
                remedy="Switch the SIZE extension on.",
            )
