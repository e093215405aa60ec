"""
TLSA records in a zone that is not signed.

Without DNSSEC anybody could have put them there, so senders ignore them.

Fires on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
    example.com.                 DNSSEC  insecure

Silent on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
    example.com.                 DNSSEC  secure

Unknown on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dane import publishes_tlsa
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnssecStatus
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.message import say
from mailsetup.walks.tlsa import mx_tlsa, tlsa_security


@check(
    title="TLSA records in a zone that is not signed",
    severity=Severity.WARNING,
    applies_to=publishes_tlsa,
    codes=["DANE_INSECURE_ZONE"],
    reads=[mx_tlsa, tlsa_security],
    cites=["RFC 7672 section 2.1", "RFC 7672 section 2.2"],
    opt_in="deep",
)
def unsigned(case: Case) -> Iterator[Finding]:
    for host, question, validated in case.read(tlsa_security).hosts:
        if validated.status is DnssecStatus.INSECURE:
            yield case.finding(
                "the TLSA records of {host} have no effect: {zone} is not signed with DNSSEC",
                host=host.host,
                zone=validated.zone or say("their zone"),
                at=(question, host.question),
                remedy="Sign {zone} with DNSSEC, or take the records away.",
            )
