"""
The next certificate will match no TLSA record.

The certificate ends soon, and every usable record holds this very certificate (selector 0), not its key. The record
of the next one must be published at least two TTLs before the change.

Fires on (options: smtp):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 0 1 f12fc08bc87f4817a579bbe37ce485b6219f7c9393d6c64cfd6dfd79be9a4e7f
    mail.example.com.            A     9.9.9.10
    mail.example.com.            SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS TLSv1.3 until=2026-11-30

Silent on (options: smtp):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
    mail.example.com.            A     9.9.9.10
    mail.example.com.            SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS TLSv1.3

Unknown on (options: smtp):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
    mail.example.com.            A     9.9.9.10
    mail.example.com.            TIMEOUT SMTP
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from mailsetup.checks._dane import publishes_tlsa, served_with_tlsa
from mailsetup.grammar.tlsa import matches_leaf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.starttls import mail_servers
from mailsetup.walks.tlsa import mx_tlsa

ROLLOVER_DAYS = 14  # time for two TTLs and for whoever publishes


def _later(as_of: str, days: int) -> str:
    """A moment some days after another, as certificates have it."""
    return (datetime.fromisoformat(as_of) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


@check(
    title="The next certificate will match no TLSA record",
    severity=Severity.WARNING,
    applies_to=publishes_tlsa,
    codes=["DANE_ROLLOVER"],
    reads=[mx_tlsa, mail_servers],
    cites=["RFC 7671 section 8.1"],
    opt_in="smtp",
)
def rollover(case: Case) -> Iterator[Finding]:
    soon = _later(case.as_of, ROLLOVER_DAYS)
    for host, server in served_with_tlsa(case):
        leaf = server.leaf
        if leaf is None or leaf.not_after > soon:
            continue
        if all(r.selector == 0 and matches_leaf(r, leaf) for r in host.usable):
            yield case.finding(
                "the certificate of {host} ends on {date}, and no TLSA record for the next one is published",
                host=host.host,
                date=leaf.not_after[:10],
                at=(server.question, host.question),
                remedy="Publish 3 1 1 with the key's digest and keep the key, or publish the next certificate's record now.",
            )
