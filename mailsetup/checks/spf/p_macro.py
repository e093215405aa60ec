"""
The SPF record uses the macro %{p}.

It needs the same reverse look-ups as ptr, is slow and unreliable, and should not be used.

Fires on:

    example.com.  TXT  "v=spf1 exists:%{p}._spf.example.com -all"

Silent on:

    example.com.  TXT  "v=spf1 exists:%{i}._spf.example.com -all"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import spf_is_plain
from mailsetup.checks._spf import located
from mailsetup.checks._when import publishes_sound_spf
from mailsetup.grammar.spf_macro import letters_of
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.spf_record import spf_record


@check(
    title="The SPF record uses the macro %{p}",
    severity=Severity.WARNING,
    applies_to=publishes_sound_spf,
    codes=["SPF_MACRO_P"],
    reads=[spf_record],
    cites=["RFC 7208 section 7.2"],
    silent_where=spf_is_plain,
)
def p_macro(case: Case) -> Iterator[Finding]:
    found = case.read(spf_record)
    if "%" not in found.text:
        return
    for term, span in located(found):
        if "p" in letters_of(term.argument):
            yield case.finding(
                'the SPF term "{term}" uses the macro for the sender\'s host name, which should not be used',
                term=str(term)[:80],
                at=found.evidence(span),
                remedy="Use the address (%{{i}}) instead, or name the senders with ip4: and ip6:.",
            )
