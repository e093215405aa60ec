"""
A modifier that receivers ignore.

Words of the form name=value that SPF does not know are passed over. That is harmless for a remark, but
include= in place of include: silently leaves out everybody it names.

Fires on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 moo=cow -all"

Fires on:

    example.com.  TXT  "v=spf1 include=_spf.example.net -all"

Silent on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 ra=postmaster rp=10 -all exp=why.example.com"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import spf_is_plain
from mailsetup.checks._spf import edited, located, publishing
from mailsetup.checks._when import publishes_sound_spf
from mailsetup.grammar.spf import MECHANISMS
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.records import Modifier
from mailsetup.walks.dmarc_misplaced import behind_spf, dmarc_misplaced
from mailsetup.walks.spf_record import spf_record

KNOWN = frozenset({"redirect", "exp", "ra", "rp", "rr"})  # RFC 7208 section 6; RFC 6652 section 3


@check(
    title="The SPF record has a modifier that receivers ignore",
    severity=Severity.INFO,
    applies_to=publishes_sound_spf,
    codes=["SPF_UNKNOWN_MODIFIER"],
    reads=[dmarc_misplaced, spf_record],
    cites=["RFC 7208 section 6", "RFC 6652 section 3"],
    silent_where=spf_is_plain,
)
def unknown_modifier(case: Case) -> Iterator[Finding]:
    found = case.read(spf_record)
    unknown = [
        (term, span)
        for term, span in located(found)
        if type(term) is Modifier and term.name not in KNOWN and span is not None
    ]
    glued = behind_spf(found.text) if unknown else ""
    for term, span in unknown:
        if (
            glued
            and span[0] >= len(found.text) - len(glued)
            and not case.read(dmarc_misplaced).own.candidates
        ):
            continue  # a DMARC record behind the SPF record, told by the check of its place
        if term.name in MECHANISMS:
            yield case.finding(
                '"{term}" does nothing: it is read as a modifier nobody knows; did you mean "{meant}"?',
                term=str(term)[:80],
                meant=f"{term.name}:{term.argument}"[:80],
                at=found.evidence(span),
                severity=Severity.WARNING,
                fix=publishing(found, edited(found.text, [(span, f"{term.name}:{term.argument}")])),
            )
        elif term.name == "v":
            yield case.finding(
                'a second "{term}" stands inside the SPF record: two records were pasted into one, '
                "and nothing after the first all is read",
                term=str(term)[:80],
                at=found.evidence(span),
                severity=Severity.WARNING,
                remedy="Join the two: all terms once, and a single all at the end.",
            )
        else:
            yield case.finding(
                'receivers ignore "{term}" in the SPF record',
                term=str(term)[:80],
                at=found.evidence(span),
                fix=publishing(found, edited(found.text, [(span, "")])),
            )
