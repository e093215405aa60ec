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

from mailsetup.checks._silence import spf_is_plain
from mailsetup.checks._spf import Edit, edited, lets_send, located, publishing
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
    silent_where=spf_is_plain,
)
def term_after_all(case: Case) -> Iterator[Finding]:
    found = case.read(spf_record)
    record = found.record
    if record is not None and (record.all is None or record.terms.index(record.all) == len(record.terms) - 1):
        return
    mechanisms = [(t, span) for t, span in located(found) if type(t) is Mechanism]
    first = next((i for i, (t, _) in enumerate(mechanisms) if t.name == "all"), len(mechanisms))
    behind = [(t, span) for t, span in mechanisms[first + 1 :] if span is not None]
    if not behind:
        return
    every, place = mechanisms[first][0], mechanisms[first][1] or (0, 0)
    word = found.text[slice(*place)]
    edits: list[Edit] = [(span, "") for _, span in behind]
    nobody = every.qualifier in "-~" and not any(map(lets_send, (t for t, _ in mechanisms[:first])))
    forgotten = nobody and any(lets_send(t) for t, _ in behind)
    if forgotten:
        last = next(span for t, span in reversed(behind) if t.name != "all")
        edits = [
            (place, ""),
            *((s, "") for t, s in behind if t.name == "all"),
            (last, f"{found.text[slice(*last)]} {word}"),
        ]
    yield case.finding(
        'nobody may send as {domain}: "{all}" stands first, and nothing after it is ever reached: {terms}'
        if forgotten
        else 'nothing after "{all}" is ever reached: {terms}',
        all=word,
        domain=case.domain,
        terms=" ".join(str(t) for t, _ in behind)[:120],
        at=found.evidence(behind[0][1]),
        severity=Severity.ERROR if forgotten else None,
        remedy="If these are your senders, publish this record, with the all at its end; if nobody sends, remove what "
        "follows the all."
        if forgotten
        else "Remove it, which changes nothing for anybody; what is wanted goes before the all.",
        fix=publishing(found, edited(found.text, edits)),
    )
