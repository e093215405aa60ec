"""
An address with several reverse names.

Which of them a receiver looks at is chance, and many look at one only.

Fires on (options: deep):

    example.com.              TXT  "v=spf1 ip4:9.9.9.10 -all"
    10.9.9.9.in-addr.arpa.    PTR  mail.example.com.
    mail.example.com.         A    9.9.9.10
    10.9.9.9.in-addr.arpa.    PTR  www.example.com.

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

from mailsetup.checks._reverse import SHOWN_NAMES, lowered, reversed_addresses, used_for
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.reverse import mx_reverse, sending_reverse
from mailsetup.walks.spf_record import spf_record


@check(
    title="An address with several reverse names",
    severity=Severity.WARNING,
    codes=["PTR_MULTIPLE"],
    reads=[sending_reverse, mx_reverse, spf_record],
    cites=["RFC 7208 section 4.6.4"],
    opt_in="deep",
)
def several_names(case: Case) -> Iterator[Finding]:
    for reverse, sends in reversed_addresses(case):
        if len(reverse.texts) > 1:
            yield case.finding(
                "{address} ({use}) has {count} reverse names: {names}",
                address=reverse.address,
                use=used_for(reverse),
                count=len(reverse.texts),
                names=", ".join(reverse.texts[:SHOWN_NAMES]),
                severity=lowered(Severity.WARNING, sends=sends),
                at=reverse.question,
                remedy="Keep one: the name with which the mail server greets.",
            )
