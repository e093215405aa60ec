"""
A reverse name that stands behind an alias.

So a block smaller than 256 addresses is handed on, and it is right. Everybody on the way must answer, which makes
it a little more fragile.

Fires on (options: deep):

    example.com.              TXT  "v=spf1 ip4:9.9.9.10 -all"
    10.9.9.9.in-addr.arpa.    CNAME 10.0-15.9.9.9.in-addr.arpa.
    10.0-15.9.9.9.in-addr.arpa. PTR mail.example.com.
    mail.example.com.         A    9.9.9.10

Silent on (options: deep):

    example.com.              TXT  "v=spf1 ip4:9.9.9.10 -all"
    10.9.9.9.in-addr.arpa.    PTR  mail.example.com.
    mail.example.com.         A    9.9.9.10

Unknown on (options: deep):

    example.com.              TXT  "v=spf1 ip4:9.9.9.10 -all"
    10.9.9.9.in-addr.arpa.    TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._reverse import reversed_addresses, used_for
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.reverse import mx_reverse, sending_reverse
from mailsetup.walks.spf_record import spf_record


@check(
    title="A reverse name behind an alias",
    severity=Severity.INFO,
    codes=["PTR_CNAME"],
    reads=[sending_reverse, mx_reverse, spf_record],
    cites=["RFC 2317"],
    opt_in="deep",
)
def alias(case: Case) -> Iterator[Finding]:
    for reverse, _ in reversed_addresses(case):
        if reverse.answer.aliases:
            yield case.finding(
                "the reverse name of {address} ({use}) is found by an alias to {target}",
                address=reverse.address,
                use=used_for(reverse),
                target=reverse.answer.aliases[-1],
                at=reverse.question,
            )
