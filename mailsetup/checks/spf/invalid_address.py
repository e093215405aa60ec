"""
An ip4: or ip6: term that holds no address, or a prefix length out of range.

ip4: takes an IPv4 address and /0 to /32, ip6: an IPv6 address and /0 to /128; host names belong in
a:. Anything else is a syntax error, and receivers answer permerror.

Fires on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.256 -all"

Fires on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.0/33 -all"

Fires on:

    example.com.  TXT  "v=spf1 ip6:2001:db8::/129 -all"

Fires on:

    example.com.  TXT  "v=spf1 ip4:mail.example.com -all"

Fires on:

    example.com.  TXT  "v=spf1 ip6:192.0.2.1 -all"

Fires on:

    example.com.  TXT  "v=spf1 ip4:192.0.2 -all"

Silent on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.0/32 ip6:2001:db8::/128 -all"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import spf_has_no_fault
from mailsetup.checks._spf import fault_findings
from mailsetup.checks._when import publishes_one_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.spf_record import spf_record


@check(
    title="An ip4 or ip6 term of the SPF record is not an address",
    severity=Severity.ERROR,
    applies_to=publishes_one_spf,
    codes=["SPF_IP_CIDR"],
    reads=[spf_record],
    cites=["RFC 7208 section 5.6"],
    silent_where=spf_has_no_fault,
)
def invalid_address(case: Case) -> Iterator[Finding]:
    yield from fault_findings(case, "SPF_IP_CIDR")
