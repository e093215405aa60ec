"""
An IPv6 address that mail is sent from has no reverse name.

Large receivers refuse mail over IPv6 from such an address altogether. Set the reverse name, or let the server
send over IPv4 only.

Fires on (options: deep):

    example.com.              TXT  "v=spf1 ip6:2620:fe::10 -all"

Silent on (options: deep):

    example.com.              TXT  "v=spf1 ip6:2620:fe::10 -all"
    0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.e.f.0.0.0.2.6.2.ip6.arpa. PTR mail.example.com.
    mail.example.com. AAAA 2620:fe::10

Unknown on (options: deep):

    example.com.              TXT  "v=spf1 ip6:2620:fe::10 -all"
    0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.e.f.0.0.0.2.6.2.ip6.arpa. TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._reverse import lowered, reversed_addresses, used_for
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.reverse import mx_reverse, sending_reverse
from mailsetup.walks.spf_record import spf_record


@check(
    title="An IPv6 address without a reverse name",
    severity=Severity.ERROR,
    codes=["PTR_IPV6_MISSING"],
    reads=[sending_reverse, mx_reverse, spf_record],
    cites=["RFC 8601 section 3"],
    opt_in="deep",
)
def missing_ipv6(case: Case) -> Iterator[Finding]:
    for reverse, sends in reversed_addresses(case):
        if ":" in reverse.address and reverse.answer.absent:
            yield case.finding(
                "{address} ({use}) has no reverse name; large receivers refuse mail from it",
                address=reverse.address,
                use=used_for(reverse),
                severity=lowered(Severity.ERROR, sends=sends),
                at=reverse.question,
                remedy="Ask the hoster of {address} to set its reverse name (PTR), or send over IPv4 only.",
            )
