"""
No commonly known authority issued a mail host's certificate.

For senders that only encrypt, and for DANE, that is fine; MTA-STS needs an authority that is known.

Fires on (options: smtp):

    example.com.        MX    10 mail.example.com.
    mail.example.com.   A     9.9.9.10
    mail.example.com.   SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS TLSv1.3 issuer=self

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
    title="No known authority issued a mail host's certificate",
    severity=Severity.INFO,
    codes=["TLS_CERT_SELF_SIGNED"],
    reads=[mail_servers],
    cites=["RFC 7435"],
    yields_to=["dane/authority-mismatch", "transport/sts-mx-certificate"],
    opt_in="smtp",
)
def certificate_self_signed(case: Case) -> Iterator[Finding]:
    for server in reached_servers(case):
        if server.leaf is not None and (server.leaf.self_issued or server.answer.tls_fault == "untrusted"):
            yield case.finding(
                "the certificate of {host} is self-signed, or from an authority that is not commonly known",
                host=server.host,
                at=server.question,
                remedy="A free certificate of a public authority satisfies everybody.",
            )
