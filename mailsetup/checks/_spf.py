"""What the SPF checks share: a record with terms taken out or replaced, ready to paste, and faults as findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from typing import NamedTuple

from mailsetup.grammar.spf import parse_spf
from mailsetup.model.case import Case
from mailsetup.model.dns import TXT, DnsQuestion, present
from mailsetup.model.finding import Finding, Fix
from mailsetup.model.message import Message, say
from mailsetup.model.records import Mechanism, Modifier, SpfRecord, SpfTerm
from mailsetup.walks.spf_policy import SpfPolicy
from mailsetup.walks.spf_record import SpfPublished, spf_record
from mailsetup.walks.spf_tree import LOOKUP_LIMIT, SpfTree, spf_includes, spf_tree

Edit = tuple[tuple[int, int], str]
LENIENT = "-~?+"  # from the strictest ``all`` to the one that lets everybody pass


def edited(text: str, edits: Iterable[Edit]) -> str:
    """A record's text with some spans replaced, one blank between terms."""
    for (start, end), replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement + text[end:]
    return " ".join(word for word in text.split(" ") if word)


def publishing(found: SpfPublished, text: str, *instead: str) -> Fix | None:
    """
    The TXT record set of the name with this SPF record in place of those there, and of the texts ``instead``.

    None if the record would not be valid.
    """
    if not parse_spf(text).valid:
        return None
    gone = (*found.texts, *instead)
    others = (r for r in found.answer.records if not (type(r) is TXT and r.text in gone))
    return Fix(found.name, "TXT", (present(TXT.of(text), "TXT"), *(present(r, "TXT") for r in others)))


def without_text(found: SpfPublished, text: str) -> Fix:
    """The TXT record set of the name without one text."""
    kept = (r for r in found.answer.records if not (type(r) is TXT and r.text == text))
    return Fix(found.name, "TXT", tuple(present(r, "TXT") for r in kept))


def merged(found: SpfPublished) -> Fix | None:
    """
    Several records as one: every term once, in order, with the most lenient ``all`` at the end, as the plan joins them.

    ``+all`` ends it only where every record ends so: no pass is taken from those who were named, and none given to all.

    None when one of them is faulty, redirects, when they disagree on ``exp=``, or need too many look-ups together.
    """
    terms: dict[SpfTerm, None] = {}
    endings: list[Mechanism] = []
    for text in found.texts:
        parsed = parse_spf(text)
        if not parsed.valid or parsed.value is None or parsed.value.redirect is not None:
            return None
        reached = parsed.value.all
        for term in parsed.value.terms:
            if type(term) is Mechanism and term is reached:
                endings.append(term)
                reached = None
            elif type(term) is Modifier or reached is not None or parsed.value.all is None:
                terms[term] = None
    careful = [e for e in endings if e.qualifier != "+"] or endings
    last = sorted(careful, key=lambda e: LENIENT.index(e.qualifier))[-1:]
    record = SpfRecord((*terms, *last))
    return publishing(found, str(record)) if len(record.lookups) <= LOOKUP_LIMIT else None


def all_fix(policy: SpfPolicy, every: str) -> Fix | None:
    """The domain's own record with another ``all``; None when it stands in a record redirected to."""
    found = policy.chain[0]
    if policy.last is not found:
        return None
    spans = [span for term, span in located(found) if term.name == "all" and type(term) is Mechanism]
    return publishing(found, edited(found.text, [(span, every) for span in spans[:1] if span]))


def without(found: SpfPublished, spans: Iterable[tuple[int, int] | None]) -> Fix | None:
    """The record without some of its terms; None when nobody would be left in it who may send."""
    text = edited(found.text, [(span, "") for span in spans if span])
    left = parse_spf(text).value
    if left is None or (left.redirect is None and all(not lets_send(term) for term in left.terms)):
        return None
    return publishing(found, text)


def lets_send(term: SpfTerm) -> bool:
    """Whether a term gives somebody a pass, and not everybody."""
    return type(term) is Mechanism and term.qualifier == "+" and term.name != "all"


def located(found: SpfPublished) -> Iterator[tuple[SpfTerm, tuple[int, int] | None]]:
    """The terms of the only record with their places."""
    record = found.parsed.value if found.parsed is not None else None
    return located_in(record) if record is not None else iter(())


def located_in(record: SpfRecord) -> Iterator[tuple[SpfTerm, tuple[int, int] | None]]:
    """The terms of a record with their places."""
    return zip(record.terms, chain(record.spans, repeat(None)), strict=False)


def fault_findings(case: Case, code: str) -> Iterator[Finding]:
    """The faults of one kind in the domain's only record, each with the mended record where it can be told."""
    found = case.read(spf_record)
    faults = found.parsed.faults if found.parsed is not None else ()
    fix = None
    for fault in faults:
        if fault.code != code:
            continue
        if fix is None:
            fix = publishing(
                found,
                edited(found.text, [(f.span, f.replacement) for f in faults if f.replacement is not None]),
            )
        yield case.finding(
            "receivers answer permerror to the SPF record, as if there were none: {fault}",
            fault=fault.text,
            at=found.evidence(fault.span),
            fix=fix,
            remedy=Message("Mend the marked place and publish the record again.") if fix is None else None,
        )


class Octets(NamedTuple):
    """``texts`` is the name and all TXT strings; ``message`` the whole DNS answer without EDNS0, in octets."""

    texts: int
    message: int


def octets(found: SpfPublished) -> Octets:
    """How large the TXT answer is (RFC 1035 section 4.1, RFC 7208 section 3.4)."""
    name = len(found.name) + 2  # RFC 1035 section 3.1: a length before each label, the root at the end
    records = [r for r in found.answer.records if type(r) is TXT]
    strings = sum(len(chunk) for r in records for chunk in r.chunks)
    wire = sum(12 + sum(len(chunk) + 1 for chunk in r.chunks) for r in records)  # a compressed name each
    return Octets(name + strings, 12 + name + 4 + wire)


def size_remedy(found: SpfPublished) -> Message:
    """What to take away: the longest record that is not SPF, else terms of the record itself."""
    others = sorted((t for t in found.answer.texts if t not in found.texts), key=len)
    if not others:
        return say("Shorten the SPF record: remove senders you no longer use.")
    return say(
        'Remove verification records you no longer need at {name}; the longest is "{text}".',
        name=found.name,
        text=others[-1][:40],
    )


def way_to(node: SpfTree) -> str:
    """How a record in the tree is reached, for people to read."""
    return " > ".join(node.path[1:] or node.path)


def asked(node: SpfTree) -> tuple[DnsQuestion, ...]:
    """The questions that lead to a record, the decisive one first."""
    return tuple(reversed(node.trail))


def hosts_of(case: Case) -> SpfTree:
    """The tree with addresses, read only when the record names hosts at all, so that less can leave a verdict open."""
    tree: SpfTree = case.read(spf_includes)
    if tree.counts.hosts:
        tree = case.read(spf_tree)
    return tree
