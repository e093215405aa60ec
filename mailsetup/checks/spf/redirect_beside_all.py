"""
A redirect= beside all, which is never followed.

redirect= is what happens when nothing matched; all matches everything, so with it the redirect is
ignored, wherever it stands.

Fires on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 redirect=_spf.example.net -all"

Silent on:

    example.com.       TXT  "v=spf1 ip4:192.0.2.1 redirect=_spf.example.net"
    _spf.example.net.  TXT  "v=spf1 ip4:198.51.100.1 ~all"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import spf_is_plain
from mailsetup.checks._spf import located, without
from mailsetup.checks._when import publishes_sound_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.spf_record import spf_record


@check(
    title="The SPF record has redirect= beside all",
    severity=Severity.WARNING,
    applies_to=publishes_sound_spf,
    codes=["SPF_REDIRECT_WITH_ALL"],
    reads=[spf_record],
    cites=["RFC 7208 section 6.1", "RFC 7208 section 5.1"],
    silent_where=spf_is_plain,
)
def redirect_beside_all(case: Case) -> Iterator[Finding]:
    found = case.read(spf_record)
    if found.record.all is None:
        return
    for term, span in located(found):
        if term.name == "redirect":
            yield case.finding(
                '"{term}" is never followed, because the record has "{all}"',
                term=str(term)[:80],
                all=str(found.record.all),
                at=found.evidence(span),
                remedy="If the senders named there are wanted, use include: before all instead; else remove the redirect.",
                fix=without(found, [span]),
            )
