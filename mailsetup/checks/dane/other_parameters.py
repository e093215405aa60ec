"""
A TLSA record that is usable and not of the kind advised.

3 1 1 pins the key by its SHA-256 digest and survives a renewed certificate; 2 1 1 pins an authority.
Records of the whole certificate (selector 0) must be changed at every renewal, and every sender knows SHA-256.

Fires on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 0 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f

Silent on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  2 1 1 5fd08e875315fd02d22342f1e4cad2fd034ea970fd139c877281c23bfe96fd38

Unknown on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dane import hosts_with_tlsa, publishes_tlsa
from mailsetup.grammar.tlsa import shown
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.tlsa import mx_tlsa


@check(
    title="A TLSA record that is not of the kind advised",
    severity=Severity.INFO,
    applies_to=publishes_tlsa,
    codes=["DANE_RECOMMENDED"],
    reads=[mx_tlsa],
    cites=["RFC 7672 section 3.1"],
    opt_in="deep",
)
def other_parameters(case: Case) -> Iterator[Finding]:
    for host in hosts_with_tlsa(case):
        for record in host.records:
            if (
                record in host.usable
                and record.matching != 0
                and (record.selector, record.matching) != (1, 1)
            ):
                yield case.finding(
                    "the TLSA record {record} of {host} works, but {usage} 1 1 is the kind advised",
                    record=shown(record),
                    host=host.host,
                    usage=record.usage,
                    at=host.question,
                    remedy="Publish {usage} 1 1 beside it, and take it away when its TTL has passed.",
                )
