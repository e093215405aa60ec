"""
A mechanism that SPF does not know.

There are eight: all, include, a, mx, ptr, ip4, ip6 and exists. Any other word is no mechanism, and
receivers answer permerror. Mostly it is a slip of the pen, such as ipv4: for ip4:.

Fires on:

    example.com.  TXT  "v=spf1 ipv4:192.0.2.1 -all"

Fires on:

    example.com.  TXT  "v=spf1 inlcude:_spf.example.net -all"

Fires on:

    example.com.  TXT  "v=spf1 redirect:_spf.example.net"

Fires on:

    example.com.  TXT  "v=spf1 mail.example.com -all"

Silent on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 -all"

Silent on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 ra=postmaster -all"
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
    title="The SPF record has a mechanism that does not exist",
    severity=Severity.ERROR,
    applies_to=publishes_one_spf,
    codes=["SPF_UNKNOWN_MECHANISM"],
    reads=[spf_record],
    cites=["RFC 7208 section 4.6.1"],
    yields_to=["dns/txt-join-space"],
    silent_where=spf_has_no_fault,
)
def unknown_mechanism(case: Case) -> Iterator[Finding]:
    yield from fault_findings(case, "SPF_UNKNOWN_MECHANISM")
