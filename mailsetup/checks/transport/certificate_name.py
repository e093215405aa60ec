"""
A mail host's certificate is made out to another name.

The name in the MX record must be among the certificate's. Senders that only encrypt do not mind; those
that verify do not deliver.

Fires on (options: smtp):

    example.com.        MX    10 mail.example.com.
    mail.example.com.   A     9.9.9.10
    mail.example.com.   SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS TLSv1.3 names=www.example.com

Silent on (options: smtp):

    example.com.        MX    10 mail.example.com.
    mail.example.com.   A     9.9.9.10
    mail.example.com.   SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS TLSv1.3 names=*.example.com

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
from mailsetup.model.message import say
from mailsetup.walks.starttls import mail_servers


@check(
    title="A mail host's certificate is made out to another name",
    severity=Severity.WARNING,
    codes=["TLS_CERT_NAME"],
    reads=[mail_servers],
    cites=["RFC 8461 section 4.2", "RFC 9525"],
    yields_to=["dane/authority-mismatch", "transport/sts-mx-certificate"],
    opt_in="smtp",
)
def certificate_name(case: Case) -> Iterator[Finding]:
    for server in reached_servers(case):
        if server.leaf is not None and not server.leaf.covers(server.host):
            yield case.finding(
                "the certificate of {host} is made out to {names}, not to {host}",
                host=server.host,
                names=", ".join(server.leaf.names[:5]) or say("nobody"),
                at=server.question,
                remedy="Get a certificate with the name {host}.",
            )
