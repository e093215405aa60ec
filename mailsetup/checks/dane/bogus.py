"""
TLSA records that do not validate.

Senders that use DANE cannot tell an error from an attack and keep the mail waiting.

Fires on (options: deep):

    example.com.                 MX     10 mail.example.net.
    _25._tcp.mail.example.net.   TLSA   3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
    example.com.                 DNSSEC secure
    example.net.                 DNSSEC bogus "the signature has expired"

Silent on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
    example.com.                 DNSSEC secure

Unknown on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dane import bogus_tlsa, publishes_tlsa
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.message import say
from mailsetup.model.retold import as_message
from mailsetup.walks.tlsa import mx_tlsa, tlsa_security


@check(
    title="TLSA records that do not validate",
    severity=Severity.ERROR,
    applies_to=publishes_tlsa,
    codes=["DANE_BOGUS"],
    reads=[mx_tlsa, tlsa_security],
    cites=["RFC 7672 section 2.1"],
    opt_in="deep",
)
def bogus(case: Case) -> Iterator[Finding]:
    for host, question, validated in bogus_tlsa(case):
        yield case.finding(
            "the TLSA records of {host} fail DNSSEC validation: {why}",
            host=host.host,
            why=as_message(validated.detail) if validated.detail else say("no valid signature"),
            at=question,
            remedy="Sign the zone of {host} anew, or correct its DS records in the parent zone.",
        )
