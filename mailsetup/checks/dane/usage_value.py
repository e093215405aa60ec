"""
A TLSA record with a number that means nothing.

Usage is 2 or 3, the selector 0 or 1, the matching type 0, 1 or 2. Anything else is unusable.

Fires on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 2 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f

Silent on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f

Unknown on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dane import hosts_with_tlsa, publishes_tlsa
from mailsetup.grammar.tlsa import shown, well_formed
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.tlsa import mx_tlsa


@check(
    title="A TLSA record with a number that means nothing",
    severity=Severity.ERROR,
    applies_to=publishes_tlsa,
    codes=["DANE_USAGE_VALUE"],
    reads=[mx_tlsa],
    cites=["RFC 6698 section 2.1", "RFC 7672 section 3.1"],
    opt_in="deep",
)
def usage_value(case: Case) -> Iterator[Finding]:
    for host in hosts_with_tlsa(case):
        for record in host.records:
            if not well_formed(record):
                yield case.finding(
                    "the TLSA record {record} of {host} has a number without a meaning",
                    record=shown(record),
                    host=host.host,
                    at=host.question,
                    remedy="Publish it as 3 1 1 and the SHA-256 digest of the key.",
                )
