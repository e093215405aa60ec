"""
A TLSA record whose data have the wrong length.

Matching type 1 is a SHA-256 digest of 32 octets, 2 a SHA-512 digest of 64; 0 is a whole certificate or key.
Otherwise nothing can match it.

Fires on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93ed
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
from mailsetup.grammar.tlsa import right_length, shown, well_formed
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.tlsa import mx_tlsa


@check(
    title="A TLSA record whose digest is cut or too long",
    severity=Severity.ERROR,
    applies_to=publishes_tlsa,
    codes=["DANE_DATA_LENGTH"],
    reads=[mx_tlsa],
    cites=["RFC 6698 section 2.1.3"],
    opt_in="deep",
)
def data_length(case: Case) -> Iterator[Finding]:
    for host in hosts_with_tlsa(case):
        for record in host.records:
            if well_formed(record) and not right_length(record):
                yield case.finding(
                    "the TLSA record {record} of {host} holds {octets} octets, which no certificate can match",
                    record=shown(record),
                    host=host.host,
                    octets=len(record.data),
                    at=host.question,
                    remedy="Make the digest again and publish all of it.",
                )
