"""
The same include more than once.

The second one finds nothing that the first did not, and each counts towards the ten look-ups, with
everything below it.

Fires on:

    example.com.       TXT  "v=spf1 include:_spf.example.net include:_spf.example.net -all"
    _spf.example.net.  TXT  "v=spf1 ip4:192.0.2.1 -all"

Fires on:

    example.com.       TXT  "v=spf1 include:_spf.example.net include:all.example.net -all"
    all.example.net.   TXT  "v=spf1 include:_spf.example.net -all"
    _spf.example.net.  TXT  "v=spf1 ip4:192.0.2.1 -all"

Silent on:

    example.com.       TXT  "v=spf1 include:_spf.example.net include:all.example.net -all"
    all.example.net.   TXT  "v=spf1 ip4:192.0.2.2 -all"
    _spf.example.net.  TXT  "v=spf1 ip4:192.0.2.1 -all"
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
from mailsetup.walks.spf_tree import SpfLookup, SpfTree, spf_includes


@check(
    title="SPF includes the same record twice",
    severity=Severity.WARNING,
    applies_to=publishes_sound_spf,
    codes=["SPF_INCLUDE_DUPLICATE"],
    reads=[spf_includes, spf_record],
    cites=["RFC 7208 section 4.6.4"],
    yields_to=["spf/include-loop"],
    silent_where=includes_are_sound,
)
def duplicate_include(case: Case) -> Iterator[Finding]:
    tree = case.read(spf_includes)
    if len({node.name for node in tree.below}) == len(tree.below):
        return
    seen: dict[str, list[tuple[SpfTree, SpfLookup]]] = {}
    for node, term in tree.every_term():
        if term.child is not None and term.target is not None:
            seen.setdefault(term.target, []).append((node, term))
    for target, places in seen.items():
        if len(places) < 2 or _below_a_repeated(places, seen):
            continue
        own = [term for node, term in places if node is tree and term.term.name == "include"]
        last = places[-1][1].child
        yield case.finding(
            "{target} is included {count} times (in the records of {where}); look-ups each: {cost}",
            target=target,
            count=len(places),
            where=", ".join(dict.fromkeys(node.name for node, _ in places)),
            cost=places[-1][1].lookups,
            at=(*asked(last)[1:], *places[0][0].trail) if last is not None else None,
            owner=case.domain,
            severity=None if own else Severity.INFO,
            remedy="One include of {target} is enough."
            if own
            else "It matters only when the ten look-ups run out.",
            fix=without(case.read(spf_record), [own[-1].span]) if own else None,
        )


def _below_a_repeated(
    places: list[tuple[SpfTree, SpfLookup]], seen: dict[str, list[tuple[SpfTree, SpfLookup]]]
) -> bool:
    """Whether it is repeated only because a record that includes it is."""
    owners = {node.name for node, _ in places}
    return len(owners) == 1 and len(seen.get(next(iter(owners)), ())) > 1
