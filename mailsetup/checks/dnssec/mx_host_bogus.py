"""
DNSSEC validation fails for a mail host.

Senders whose resolver validates cannot find the host's address, and mail waits or comes back, although the domain
itself is in order. It is often the zone of whoever runs the mail servers.

Fires on (options: deep):

    example.com.  MX 10 mail.example.net.
    example.com.  DNSSEC secure
    example.net.  DNSSEC bogus "the signature has expired"

Fires on (options: deep):

    example.com.                MX    10 mail.example.org.
    example.com.                MX    20 mail.example.net.
    _25._tcp.mail.example.org.  TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
    example.com.                DNSSEC secure
    example.org.                DNSSEC bogus "the signature has expired"
    example.net.                DNSSEC bogus "the signature has expired"

Silent on (options: deep):

    example.com.                MX    10 mail.example.org.
    _25._tcp.mail.example.org.  TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
    example.com.                DNSSEC secure
    example.org.                DNSSEC bogus "the signature has expired"

Silent on (options: deep):

    example.com.  MX 10 mail.example.net.
    example.com.  DNSSEC insecure
    example.net.  DNSSEC secure

Unknown on (options: deep):

    example.com.  MX 10 mail.example.net.
    example.com.  DNSSEC secure
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dane import bogus_tlsa
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnssecStatus
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.message import say
from mailsetup.model.retold import as_message
from mailsetup.walks.dnssec import hosts_validation
from mailsetup.walks.tlsa import tlsa_security


@check(
    title="DNSSEC validation fails for a mail host",
    severity=Severity.ERROR,
    codes=["DNSSEC_BOGUS"],
    reads=[hosts_validation, tlsa_security],
    cites=["RFC 4035 section 5"],
    opt_in="deep",
)
def mx_host_bogus(case: Case) -> Iterator[Finding]:
    found = case.read(hosts_validation)
    own = found.mx.answer
    broken = [
        (host, validated) for host, validated in found.hosts if validated.answer.status is DnssecStatus.BOGUS
    ]
    by_tlsa = {host.host for host, _, _ in bogus_tlsa(case)} if broken else set()
    for host, validated in broken:
        answer = validated.answer
        told = own.status is DnssecStatus.BOGUS and own.zone == answer.zone
        if not told and host not in by_tlsa:
            yield case.finding(
                "the address of the mail host {host} fails DNSSEC validation: {why}",
                host=host,
                why=as_message(answer.detail) if answer.detail else say("no valid signature"),
                at=validated.question,
                remedy="Let {zone} be signed anew; until then mail from everybody who validates waits.",
                zone=answer.zone or host,
            )
