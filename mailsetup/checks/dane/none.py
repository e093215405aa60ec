"""
No DANE.

With DNSSEC, TLSA records tell senders which certificate a mail host has, so that nobody between can make them
fall back to plain text. Where the mail hosts are a provider's, the provider publishes them; MTA-STS serves
the same end without DNSSEC.

Fires on (options: deep):

    example.com.                 MX    10 mail.example.com.

Silent on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f

Unknown on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._when import receives_mail
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.tlsa import mx_tlsa


@check(
    title="No DANE",
    severity=Severity.INFO,
    applies_to=receives_mail,
    codes=["DANE_NONE"],
    reads=[mx_tlsa, mx_records],
    cites=["RFC 7672 section 2.2.3"],
    opt_in="deep",
)
def none(case: Case) -> Iterator[Finding]:
    tlsa = case.read(mx_tlsa)
    if tlsa.hosts and all(host.answer.absent for host in tlsa.hosts):
        yield case.finding(
            "no mail host of {domain} publishes TLSA records (DANE)",
            domain=case.domain,
            at=(*(host.question for host in tlsa.hosts), tlsa.mx.question),
            remedy="Ask whoever runs the mail hosts for DANE, or publish an MTA-STS policy.",
        )
