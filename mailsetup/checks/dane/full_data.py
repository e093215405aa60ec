"""
A TLSA record holds a whole certificate or key.

Such records make answers large, so that some senders fail to get them; a digest says the same.

Fires on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 1 0 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364fe2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
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
    title="A TLSA record holds a whole certificate or key",
    severity=Severity.INFO,
    applies_to=publishes_tlsa,
    codes=["DANE_MATCHING_0"],
    reads=[mx_tlsa],
    cites=["RFC 7672 section 3.1"],
    opt_in="deep",
)
def full_data(case: Case) -> Iterator[Finding]:
    for host in hosts_with_tlsa(case):
        for record in host.records:
            if record.matching == 0 and well_formed(record):
                yield case.finding(
                    "the TLSA record {record} of {host} holds {octets} octets where a digest would do",
                    record=shown(record),
                    host=host.host,
                    octets=len(record.data),
                    at=host.question,
                    remedy="Publish the SHA-256 digest instead (matching type 1).",
                )
