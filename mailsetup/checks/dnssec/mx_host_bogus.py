"""
DNSSEC validation fails for a mail host.

Senders whose resolver validates cannot find the host's address, and mail waits or comes back, although the domain
itself is in order. It is often the zone of whoever runs the mail servers.

Fires on (options: deep):

    example.com.  MX 10 mail.example.net.
    example.com.  DNSSEC secure
    example.net.  DNSSEC bogus "the signature has expired"

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

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnssecStatus
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.message import say
from mailsetup.model.retold import as_message
from mailsetup.walks.dnssec import hosts_validation


@check(
    title="DNSSEC validation fails for a mail host",
    severity=Severity.ERROR,
    codes=["DNSSEC_BOGUS"],
    reads=[hosts_validation],
    cites=["RFC 4035 section 5"],
    yields_to=["dane/bogus"],
    opt_in="deep",
)
def mx_host_bogus(case: Case) -> Iterator[Finding]:
    found = case.read(hosts_validation)
    own = found.mx.answer
    for host, validated in found.hosts:
        answer = validated.answer
        told = own.status is DnssecStatus.BOGUS and own.zone == answer.zone
        if answer.status is DnssecStatus.BOGUS and not told:
            yield case.finding(
                "the address of the mail host {host} fails DNSSEC validation: {why}",
                host=host,
                why=as_message(answer.detail) if answer.detail else say("no valid signature"),
                at=validated.question,
                remedy="Let {zone} be signed anew; until then mail from everybody who validates waits.",
                zone=answer.zone or host,
            )
