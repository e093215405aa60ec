"""
An include or redirect that leads back to itself.

Evaluation goes round until the limit of ten look-ups, and receivers answer permerror.

Fires on:

    example.com.  TXT  "v=spf1 include:example.com -all"

Fires on:

    example.com.       TXT  "v=spf1 include:_spf.example.com -all"
    _spf.example.com.  TXT  "v=spf1 redirect=example.com"

Silent on:

    example.com.       TXT  "v=spf1 include:_spf.example.com -all"
    _spf.example.com.  TXT  "v=spf1 a:example.com -all"
    example.com.       A    192.0.2.1
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import includes_are_sound
from mailsetup.checks._spf import asked, without
from mailsetup.checks._when import publishes_sound_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.spf_record import spf_record
from mailsetup.walks.spf_tree import End, spf_includes


@check(
    title="SPF includes itself",
    severity=Severity.ERROR,
    applies_to=publishes_sound_spf,
    codes=["SPF_INCLUDE_LOOP"],
    reads=[spf_includes, spf_record],
    cites=["RFC 7208 section 4.6.4"],
    silent_where=includes_are_sound,
)
def include_loop(case: Case) -> Iterator[Finding]:
    tree = case.read(spf_includes)
    loop = next((node for node in tree.nodes if node.ended_by is End.LOOP), None)
    if loop is not None:
        own = next((term.span for term in tree.terms if term.child is loop), None)
        yield case.finding(
            "the SPF record leads back to itself ({way}); receivers answer permerror",
            way=" > ".join(loop.path),
            at=asked(loop)[1:],
            owner=case.domain,
            remedy="Take the term that closes the circle out of the record of {last}.",
            last=loop.path[-2],
            fix=without(case.read(spf_record), [own]) if own else None,
        )
