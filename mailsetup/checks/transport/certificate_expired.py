"""
A mail host's certificate has expired.

Most senders encrypt all the same; those that follow MTA-STS, or DANE with usage 2, do not deliver.

Fires on (options: smtp):

    example.com.        MX    10 mail.example.com.
    mail.example.com.   A     9.9.9.10
    mail.example.com.   SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS TLSv1.3 until=2026-11-01

Silent on (options: smtp):

    example.com.        MX    10 mail.example.com.
    mail.example.com.   A     9.9.9.10
    mail.example.com.   SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS TLSv1.3 until=2026-11-22

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
    title="A mail host's certificate has expired",
    severity=Severity.WARNING,
    codes=["TLS_CERT_EXPIRED"],
    reads=[mail_servers],
    cites=["RFC 8461 section 4.2"],
    yields_to=["dane/authority-mismatch", "transport/sts-mx-certificate"],
    opt_in="smtp",
)
def certificate_expired(case: Case) -> Iterator[Finding]:
    for server in reached_servers(case):
        if server.leaf is not None and server.leaf.not_after < case.as_of:
            yield case.finding(
                "the certificate of {host} ended on {date}",
                host=server.host,
                date=server.leaf.not_after[:10],
                at=server.question,
                remedy="Renew it, and let that happen automatically.",
            )
