"""
A reverse name that does not lead back to the address.

Anybody can write any name into the reverse zone of his addresses, so receivers look whether the name has the
address. Where none does, the address counts as if it had no name.

Fires on (options: deep):

    example.com.              TXT  "v=spf1 ip4:9.9.9.10 -all"
    10.9.9.9.in-addr.arpa.    PTR  mail.example.com.
    mail.example.com.         A    9.9.9.11

Silent on (options: deep):

    example.com.              TXT  "v=spf1 ip4:9.9.9.10 -all"
    10.9.9.9.in-addr.arpa.    PTR  mail.example.com.
    mail.example.com.         A    9.9.9.10

Unknown on (options: deep):

    example.com.              TXT  "v=spf1 ip4:9.9.9.10 -all"
    10.9.9.9.in-addr.arpa.    PTR  mail.example.com.
    mail.example.com.         TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._reverse import SHOWN_NAMES, lowered, reversed_addresses, used_for
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.reverse import mx_reverse, sending_reverse
from mailsetup.walks.spf_record import spf_record


@check(
    title="A reverse name that does not lead back",
    severity=Severity.ERROR,
    codes=["PTR_NO_FORWARD"],
    reads=[sending_reverse, mx_reverse, spf_record],
    cites=["RFC 8601 section 2.7.3", "RFC 8601 section 3"],
    opt_in="deep",
)
def not_confirmed(case: Case) -> Iterator[Finding]:
    for reverse, sends in reversed_addresses(case):
        if reverse.names and not reverse.confirmed:
            yield case.finding(
                "{address} ({use}) is named {names}, and that name does not lead back to it",
                address=reverse.address,
                use=used_for(reverse),
                names=", ".join(reverse.texts[:SHOWN_NAMES]),
                severity=lowered(Severity.ERROR, sends=sends),
                at=reverse.places,
                remedy="Give the name an A or AAAA record with {address}, or correct the reverse name.",
            )
