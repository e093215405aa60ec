"""
A mail host with TLSA records, or their name, is an alias.

Senders look at the end of the chain first, then at the name as written; the records must be at one of them, and
both zones must be signed.

Fires on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   CNAME _tlsa.example.com.
    _tlsa.example.com.           TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f

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
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.tlsa import mx_tlsa


@check(
    title="A mail host with TLSA records is an alias",
    severity=Severity.INFO,
    applies_to=publishes_tlsa,
    codes=["DANE_CNAME_BASE"],
    reads=[mx_tlsa],
    cites=["RFC 7672 section 2.2.2"],
    opt_in="deep",
)
def alias(case: Case) -> Iterator[Finding]:
    for host in hosts_with_tlsa(case):
        if host.answer.aliases:
            yield case.finding(
                "the TLSA records of {host} are reached by an alias to {target}; both zones must be signed",
                host=host.host,
                target=host.answer.aliases[-1],
                at=host.question,
            )
