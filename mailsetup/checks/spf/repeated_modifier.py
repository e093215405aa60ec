"""
The modifier redirect= or exp= stands more than once.

Each may appear once in a record; a second one makes receivers answer permerror.

Fires on:

    example.com.  TXT  "v=spf1 redirect=a.example.net redirect=b.example.net"

Fires on:

    example.com.  TXT  "v=spf1 mx exp=a.example.net -all exp=a.example.net"

Silent on:

    example.com.  TXT  "v=spf1 mx -all exp=a.example.net"

Silent on:

    example.com.  TXT  "v=spf1 mx x=1 x=2 -all"
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
    title="The SPF record has redirect= or exp= more than once",
    severity=Severity.ERROR,
    applies_to=publishes_one_spf,
    codes=["SPF_MODIFIER_REPEATED"],
    reads=[spf_record],
    cites=["RFC 7208 section 6"],
    silent_where=spf_has_no_fault,
)
def repeated_modifier(case: Case) -> Iterator[Finding]:
    yield from fault_findings(case, "SPF_MODIFIER_REPEATED")
