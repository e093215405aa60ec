"""
A mail host has TLSA records, and none is usable.

Senders then insist on encryption without being able to tell whether they talk to the right host.

Fires on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  1 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f

Silent on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  1 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f

Unknown on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dane import hosts_with_tlsa, publishes_tlsa
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.tlsa import mx_tlsa


@check(
    title="All TLSA records are unusable",
    severity=Severity.WARNING,
    applies_to=publishes_tlsa,
    codes=["DANE_ALL_UNUSABLE"],
    reads=[mx_tlsa],
    cites=["RFC 7672 section 2.2"],
    yields_to=["dane/data-length", "dane/usage-value"],
    opt_in="deep",
)
def all_unusable(case: Case) -> Iterator[Finding]:
    for host in hosts_with_tlsa(case):
        if not host.usable:
            yield case.finding(
                "none of the TLSA records of {host} is usable for mail",
                host=host.host,
                at=host.question,
                remedy="Publish 3 1 1 and the SHA-256 digest of the key of {host}, or take the records away.",
            )
