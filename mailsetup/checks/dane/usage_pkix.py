"""
A TLSA record of usage 0 or 1.

These usages want a public authority's certificate as well; mail servers share no list of authorities, so
senders treat such records as unusable.

Fires on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  1 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
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
from mailsetup.grammar.tlsa import PKIX_USAGES, shown
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.tlsa import mx_tlsa


@check(
    title="A TLSA record of usage 0 or 1",
    severity=Severity.WARNING,
    applies_to=publishes_tlsa,
    codes=["DANE_USAGE_PKIX"],
    reads=[mx_tlsa],
    cites=["RFC 7672 section 3.1.3"],
    yields_to=["dane/all-unusable"],
    opt_in="deep",
)
def usage_pkix(case: Case) -> Iterator[Finding]:
    for host in hosts_with_tlsa(case):
        for record in host.records:
            if record.usage in PKIX_USAGES:
                yield case.finding(
                    "the TLSA record {record} of {host} has usage {usage}, which senders of mail cannot use",
                    record=shown(record),
                    host=host.host,
                    usage=record.usage,
                    at=host.question,
                    remedy="Publish it as 3 1 1 (the key itself) or 2 1 1 (the issuing authority).",
                )
