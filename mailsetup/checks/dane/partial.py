"""
Only some mail hosts publish TLSA records.

Whoever wants mail unprotected needs only to make the protected hosts unreachable: senders then use
the others.

Fires on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
    example.com.                 MX    20 backup.example.com.

Silent on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
    example.com.                 MX    20 backup.example.com.
    _25._tcp.backup.example.com. TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f

Unknown on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
    example.com.                 MX    20 backup.example.com.
    _25._tcp.backup.example.com. TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dane import publishes_tlsa
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.tlsa import mx_tlsa


@check(
    title="Only some mail hosts publish TLSA records",
    severity=Severity.WARNING,
    applies_to=publishes_tlsa,
    codes=["DANE_PARTIAL_MX"],
    reads=[mx_tlsa],
    cites=["RFC 7672 section 2.2.1"],
    opt_in="deep",
)
def partial(case: Case) -> Iterator[Finding]:
    tlsa = case.read(mx_tlsa)
    lacking = [host for host in tlsa.hosts if host.answer.absent]
    for host in lacking:
        yield case.finding(
            "the mail host {host} publishes no TLSA records, while others of {domain} do",
            host=host.host,
            domain=case.domain,
            at=(host.question, tlsa.published[0].question, tlsa.mx.question),
            remedy="Publish TLSA records for {host} too, at _25._tcp.{host}.",
        )
