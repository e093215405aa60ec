"""
An a or mx term with prefix lengths that are out of range or in the wrong order.

They take /n for IPv4 (0 to 32) and then //n for IPv6 (0 to 128), in that order. Anything else is a
syntax error, and receivers answer permerror.

Fires on:

    example.com.  TXT  "v=spf1 a:mail.example.com/33 -all"

Fires on:

    example.com.  TXT  "v=spf1 mx//129 -all"

Fires on:

    example.com.  TXT  "v=spf1 a:mail.example.com//64/24 -all"

Fires on:

    example.com.  TXT  "v=spf1 a/024 -all"

Silent on:

    example.com.  TXT  "v=spf1 a/24//64 mx//64 a:mail.example.com/24 -all"
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
    title="An a or mx term of the SPF record has a wrong prefix length",
    severity=Severity.ERROR,
    applies_to=publishes_one_spf,
    codes=["SPF_DUAL_CIDR"],
    reads=[spf_record],
    cites=["RFC 7208 section 5.3", "RFC 7208 section 5.4"],
    silent_where=spf_has_no_fault,
)
def invalid_prefix_length(case: Case) -> Iterator[Finding]:
    yield from fault_findings(case, "SPF_DUAL_CIDR")
