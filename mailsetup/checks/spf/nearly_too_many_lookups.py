"""
SPF uses eight or more of the ten look-ups.

It works today. One more service, or one more include at a provider, and receivers answer permerror.

Fires on:

    example.com.    TXT  "v=spf1 include:a.example.net include:b.example.net -all"
    a.example.net.  TXT  "v=spf1 exists:%{i}.example.net exists:%{i}.example.net exists:%{i}.example.net -all"
    b.example.net.  TXT  "v=spf1 exists:%{i}.example.net exists:%{i}.example.net exists:%{i}.example.net -all"

Silent on:

    example.com.    TXT  "v=spf1 include:a.example.net include:b.example.net -all"
    a.example.net.  TXT  "v=spf1 exists:%{i}.example.net exists:%{i}.example.net exists:%{i}.example.net -all"
    b.example.net.  TXT  "v=spf1 exists:%{i}.example.net exists:%{i}.example.net -all"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._when import publishes_sound_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.spf_record import spf_record
from mailsetup.walks.spf_tree import LOOKUP_LIMIT, spf_includes

NEAR = 8  # of ten; practice, not a rule of RFC 7208


@check(
    title="SPF uses nearly all of the ten DNS look-ups",
    severity=Severity.WARNING,
    applies_to=publishes_sound_spf,
    codes=["SPF_LOOKUP_NEAR"],
    reads=[spf_includes, spf_record],
    cites=["RFC 7208 section 4.6.4"],
    yields_to=["spf/too-many-lookups", "spf/include-loop"],
)
def nearly_too_many_lookups(case: Case) -> Iterator[Finding]:
    tree = case.read(spf_includes)
    if NEAR <= tree.lookups <= LOOKUP_LIMIT:
        yield case.finding(
            "SPF uses {lookups} of the {limit} DNS look-ups that receivers allow",
            lookups=tree.lookups,
            limit=LOOKUP_LIMIT,
            remedy="Remove senders you no longer use before you add another one.",
        )
