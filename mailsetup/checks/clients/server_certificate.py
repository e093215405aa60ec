"""
The certificate of a server for mail programs is not accepted.

SRV records and the autoconfig file send mail programs to a host. Its certificate must be made out to that host or to
the mail domain, be in force, and come from an authority that programs trust; else users see a warning on every start,
and learn to click it away.

Fires on (options: smtp):

    _imaps._tcp.example.com.  SRV   0 1 993 mail.example.com.
    mail.example.com.         A     9.9.9.10
    mail.example.com:993      SMTP  "* OK IMAP4rev1" STARTTLS TLSv1.3 names=host.example.net

Fires on (options: smtp):

    _submission._tcp.example.com.  SRV   0 1 587 mail.example.com.
    mail.example.com.              A     9.9.9.10
    mail.example.com:587           SMTP  "220 mail.example.com ESMTP" STARTTLS TLSv1.3 until=2026-01-01

Fires on (options: smtp):

    autoconfig.example.com.   A     9.9.9.10
    imap.example.com.         A     9.9.9.10
    imap.example.com:993      SMTP  "* OK IMAP4rev1" STARTTLS TLSv1.3 issuer=self
    https://autoconfig.example.com/mail/config-v1.1.xml  WEB 200 text/xml
      | <clientConfig version="1.1"><emailProvider id="example.com">
      | <incomingServer type="imap"><hostname>imap.%EMAILDOMAIN%</hostname><port>993</port></incomingServer>
      | <outgoingServer type="smtp"><hostname>imap.%EMAILDOMAIN%</hostname><port>2525</port></outgoingServer>
      | </emailProvider></clientConfig>

Silent on (options: smtp):

    _imaps._tcp.example.com.        SRV   0 1 993 mail.example.com.
    _submissions._tcp.example.com.  SRV   0 1 465 mail.example.com.
    _submission._tcp.example.com.   SRV   0 1 587 mail.example.com.
    mail.example.com.               A     9.9.9.10
    mail.example.com:993            SMTP  "* OK IMAP4rev1" STARTTLS TLSv1.3
    mail.example.com:465            SMTP  "220 mail.example.com ESMTP" STARTTLS TLSv1.3 names=*.example.com fault=
    mail.example.com:587            SMTP  "220 mail.example.com ESMTP" STARTTLS TLSv1.3 names=example.com

Unknown on (options: smtp):

    _imaps._tcp.example.com.  SRV   0 1 993 mail.example.com.
    mail.example.com.         A     9.9.9.10
    mail.example.com:993      TIMEOUT SMTP
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._transport import fault_words
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnsQuestion
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.message import say
from mailsetup.walks.client_servers import client_servers, one_client_server


@check(
    title="The certificate of a server for mail programs is not accepted",
    severity=Severity.WARNING,
    codes=["CONF_SRV_CERT_NAME"],
    reads=[client_servers],
    cites=["RFC 6186 section 6", "RFC 9525"],
    opt_in="smtp",
)
def server_certificate(case: Case) -> Iterator[Finding]:
    for named_by, seen in case.read(client_servers):
        server = case.read(one_client_server, seen.host, seen.question.port)
        leaf, fault = server.leaf, server.answer.tls_fault
        if server.answer.unknown or leaf is None:
            continue
        if not leaf.covers(server.host) and not leaf.covers(case.domain):
            yield case.finding(
                "{host}, port {port}, which {source} names, shows a certificate made out to {names}",
                host=server.host,
                port=server.question.port,
                source=_named(named_by),
                names=", ".join(leaf.names[:5]) or say("nobody"),
                at=server.question,
                owner=server.host,
                remedy="Get a certificate with the name {host}, or name the host it is made out to.",
            )
        elif fault not in ("", "name"):
            yield case.finding(
                "{host}, port {port}, which {source} names, shows a certificate that programs do not accept: {why}",
                host=server.host,
                port=server.question.port,
                source=_named(named_by),
                why=fault_words(fault),
                at=server.question,
                owner=server.host,
                remedy="Renew the certificate of {host}, from an authority that mail programs trust.",
            )


def _named(by: object) -> str:
    return by.name if isinstance(by, DnsQuestion) else str(getattr(by, "url", by))
