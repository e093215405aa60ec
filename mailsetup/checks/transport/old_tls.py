"""
A mail host knows no modern TLS.

It agreed on TLS 1.1 or older although 1.3 was offered. These versions are retired; 1.2 is the floor.

Fires on (options: smtp):

    example.com.        MX    10 mail.example.com.
    mail.example.com.   A     9.9.9.10
    mail.example.com.   SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS TLSv1.1

Silent on (options: smtp):

    example.com.        MX    10 mail.example.com.
    mail.example.com.   A     9.9.9.10
    mail.example.com.   SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS TLSv1.2

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
    title="A mail host knows no modern TLS",
    severity=Severity.WARNING,
    codes=["TLS_OLD_VERSION"],
    reads=[mail_servers],
    cites=["RFC 8996", "RFC 9325 section 3.1.1"],
    opt_in="smtp",
)
def old_tls(case: Case) -> Iterator[Finding]:
    for server in reached_servers(case):
        if server.answer.tls_version in ("SSLv3", "TLSv1", "TLSv1.1"):
            yield case.finding(
                "{host} speaks {version} at best; TLS 1.2 is the floor, 1.3 is wanted",
                host=server.host,
                version=server.answer.tls_version,
                at=server.question,
                remedy="Bring the mail server or its TLS library up to date.",
            )
