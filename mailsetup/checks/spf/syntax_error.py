"""
A word in the SPF record that the grammar does not allow.

Any syntax error anywhere in the record makes the whole of it void: receivers answer permerror, even
for senders that an earlier term would have matched, and mail is judged as if there were no SPF.

Fires on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 ! -all"

Fires on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1~all"

Fires on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 - all"

Fires on:

    example.com.  TXT  "v=spf1 192.0.2.1 -all"

Fires on:

    example.com.  TXT  "v=spf1 include: -all"

Fires on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 -all:example.net"

Silent on:

    example.com.  TXT  "v=spf1  ip4:192.0.2.1   -all"

Silent on:

    example.com.  TXT  "V=SPF1 IP4:192.0.2.1 -ALL"
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
    title="The SPF record has a syntax error",
    severity=Severity.ERROR,
    applies_to=publishes_one_spf,
    codes=["SPF_SYNTAX"],
    reads=[spf_record],
    cites=["RFC 7208 section 4.6", "RFC 7208 section 12"],
    yields_to=["dns/name-not-ascii", "dns/txt-join-space"],
    silent_where=spf_has_no_fault,
)
def syntax_error(case: Case) -> Iterator[Finding]:
    yield from fault_findings(case, "SPF_SYNTAX")
