"""
The served chain does not lead to the trust anchor of the TLSA records.

With usage 2 the server must send the authority's certificate too, the signatures must lead up to it, and the
certificate must be in date and made out to the mail host, or to the domain the mail is for.

Fires on (options: smtp):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  2 1 1 27fc33cea73f0f68a2e0777f6abf1d274ae638da0fc9c3473348a6a48ae8cece
    mail.example.com.            A     9.9.9.10
    mail.example.com.            SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS TLSv1.3

Fires on (options: smtp):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  2 1 1 5fd08e875315fd02d22342f1e4cad2fd034ea970fd139c877281c23bfe96fd38
    mail.example.com.            A     9.9.9.10
    mail.example.com.            SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS TLSv1.3 names=www.example.com

Fires on (options: smtp):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  2 1 1 5fd08e875315fd02d22342f1e4cad2fd034ea970fd139c877281c23bfe96fd38
    mail.example.com.            A     9.9.9.10
    mail.example.com.            SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS TLSv1.3 until=2026-11-01

Silent on (options: smtp):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  2 1 1 5fd08e875315fd02d22342f1e4cad2fd034ea970fd139c877281c23bfe96fd38
    mail.example.com.            A     9.9.9.10
    mail.example.com.            SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS TLSv1.3

Silent on (options: smtp):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  2 1 1 5fd08e875315fd02d22342f1e4cad2fd034ea970fd139c877281c23bfe96fd38
    mail.example.com.            A     9.9.9.10
    mail.example.com.            SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS TLSv1.3 names=example.com

Unknown on (options: smtp):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
    mail.example.com.            A     9.9.9.10
    mail.example.com.            TIMEOUT SMTP
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dane import fails_its_anchor, publishes_tlsa, served_with_tlsa
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.starttls import mail_servers
from mailsetup.walks.tlsa import mx_tlsa


@check(
    title="The served chain does not lead to the TLSA trust anchor",
    severity=Severity.ERROR,
    applies_to=publishes_tlsa,
    codes=["DANE_TA_MATCH"],
    reads=[mx_tlsa, mail_servers],
    cites=["RFC 7672 section 3.1.2", "RFC 7672 section 3.2.2"],
    opt_in="smtp",
)
def authority_mismatch(case: Case) -> Iterator[Finding]:
    for host, server in served_with_tlsa(case):
        if not fails_its_anchor(case, host, server) or server.leaf is None:
            continue
        at = (server.question, host.question)
        if server.leaf.not_after < case.as_of:
            yield case.finding(
                "the certificate of {host} ended on {date}: its TLSA records of usage 2 hold no more, and senders with DANE "
                "do not deliver",
                host=host.host,
                date=server.leaf.not_after[:10],
                at=at,
                remedy="Renew it, and let that happen automatically.",
            )
            continue
        yield case.finding(
            "the chain that {host} serves does not satisfy its TLSA records of usage 2",
            host=host.host,
            at=at,
            remedy=(
                "Send the authority's certificate after the host's own, and use a certificate made out to {host}; "
                "or pin the key itself with 3 1 1."
            ),
        )
