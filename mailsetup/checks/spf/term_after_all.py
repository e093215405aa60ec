"""
Mechanisms after all, which are never reached.

all matches everything, so evaluation ends there. Whoever is named behind it may not send.

Fires on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 -all ip4:192.0.2.2"

Silent on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 -all exp=why.example.com"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._spf import Edit, edited, located, publishing
from mailsetup.checks._when import publishes_sound_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.records import Mechanism
from mailsetup.walks.spf_record import spf_record


@check(
    title="Terms of the SPF record stand after all",
    severity=Severity.WARNING,
    applies_to=publishes_sound_spf,
    codes=["SPF_TERM_AFTER_ALL"],
    reads=[spf_record],
    cites=["RFC 7208 section 5.1"],
)
def term_after_all(case: Case) -> Iterator[Finding]:
    found = case.read(spf_record)
    mechanisms = [(t, span) for t, span in located(found) if type(t) is Mechanism]
    first = next((i for i, (t, _) in enumerate(mechanisms) if t.name == "all"), len(mechanisms))
    behind = [(t, span) for t, span in mechanisms[first + 1 :] if span is not None]
    if behind:
        all_span = mechanisms[first][1] or (0, 0)
        word = found.text[all_span[0] : all_span[1]]
        edits: list[Edit] = [(span, "") for _, span in behind]
        yield case.finding(
            'nothing after "{all}" is ever reached: {terms}',
            all=word,
            terms=" ".join(str(t) for t, _ in behind)[:120],
            at=found.evidence(behind[0][1]),
            remedy="Remove it, which changes nothing for anybody; what is wanted goes before the all.",
            fix=publishing(found, edited(found.text, edits)),
        )
