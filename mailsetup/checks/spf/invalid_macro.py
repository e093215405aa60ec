"""
A macro that is not well formed, or stands where it is not allowed.

In a record the letters are s l o d i p h v; c, r and t stand only in explanation texts. Digits after
the letter must not be zero, r reverses, and . - + , / _ = are the delimiters. A plain percent sign is
written %%. Anything else makes receivers answer permerror.

Fires on:

    example.com.  TXT  "v=spf1 exists:%{z}.example.com -all"

Fires on:

    example.com.  TXT  "v=spf1 exists:%{i0r}._spf.example.com -all"

Fires on:

    example.com.  TXT  "v=spf1 exists:%{t}.example.com -all"

Fires on:

    example.com.  TXT  "v=spf1 exists:%i._spf.example.com -all"

Fires on:

    example.com.  TXT  "v=spf1 exists:%{d*}.example.com -all"

Silent on:

    example.com.  TXT  "v=spf1 exists:%{i2r-}._spf.%{D} -all"

Silent on:

    example.com.  TXT  "v=spf1 include:%{d}.spf.example.net -all"
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
    title="The SPF record has a macro that is not well formed",
    severity=Severity.ERROR,
    applies_to=publishes_one_spf,
    codes=["SPF_MACRO_SYNTAX"],
    reads=[spf_record],
    cites=["RFC 7208 section 7.1", "RFC 7208 section 7.2"],
    silent_where=spf_has_no_fault,
)
def invalid_macro(case: Case) -> Iterator[Finding]:
    yield from fault_findings(case, "SPF_MACRO_SYNTAX")
