"""
The SPF record lets the whole Internet send.

+all, or all without a sign, gives a pass to every host there is, also to forgers; so does an include
that leads to such a record.

Fires on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 +all"

Fires on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 all"

Fires on:

    example.com.       TXT  "v=spf1 include:_spf.example.net -all"
    _spf.example.net.  TXT  "v=spf1 +all"

Silent on:

    example.com.       TXT  "v=spf1 ?include:_spf.example.net -all"
    _spf.example.net.  TXT  "v=spf1 +all"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import includes_are_sound
from mailsetup.checks._spf import asked, edited, located, publishing, without
from mailsetup.checks._when import publishes_sound_spf
from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.model.message import say
from mailsetup.model.names import is_within
from mailsetup.model.records import Mechanism
from mailsetup.walks.spf_record import SpfPublished, spf_record
from mailsetup.walks.spf_tree import SpfTree, spf_includes


@check(
    title="The SPF record lets the whole Internet send",
    severity=Severity.ERROR,
    applies_to=publishes_sound_spf,
    codes=["SPF_PLUS_ALL"],
    reads=[spf_includes, spf_record],
    cites=["RFC 7208 section 5.1"],
    silent_where=includes_are_sound,
)
def plus_all(case: Case) -> Iterator[Finding]:
    tree = case.read(spf_includes)
    if not any(map(_lets_all, tree.nodes)):
        return
    for node in _passing(tree):
        if not _lets_all(node):
            continue
        own = node is tree or is_within(node.name, organizational_domain(case.domain))
        yield case.finding(
            'SPF lets every host on the Internet send as {domain}: the record at {name} has "+all"',
            domain=case.domain,
            name=node.name,
            at=asked(node),
            remedy='Publish "~all" in place of "+all", once everybody who sends for you is listed.'
            if own
            else say('Take "{term}", which leads there, out of the record.', term=_way(tree, node)),
            fix=_milder(node) if own else _without(case.read(spf_record), _way(tree, node)),
        )
        return


def _lets_all(node: SpfTree) -> bool:
    record = node.record
    last = record.all if record is not None else None
    return last is not None and last.qualifier == "+"


def _milder(node: SpfTree) -> Fix | None:
    """The record with ``~all`` at its end, where it stands."""
    found = node.published
    if found is None:
        return None
    spans = [span for term, span in located(found) if term.name == "all" and type(term) is Mechanism]
    return publishing(found, edited(found.text, [(span, "~all") for span in spans[:1] if span]))


def _way(tree: SpfTree, node: SpfTree) -> str:
    """The term of the domain's own record that leads to another."""
    ways = (t.term for t in tree.terms if t.child is not None and node in _passing(t.child))
    return str(next(ways, ""))


def _without(found: SpfPublished, term: str) -> Fix | None:
    spans = [span for own, span in located(found) if str(own) == term and type(own) is Mechanism]
    return without(found, spans) if spans else None


def _passing(tree: SpfTree) -> Iterator[SpfTree]:
    """The records whose pass is a pass for the domain: reached by include with a plus, or by redirect."""
    yield tree
    for term in tree.terms:
        if term.child is not None and getattr(term.term, "qualifier", "+") == "+":
            yield from _passing(term.child)
