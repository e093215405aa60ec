"""What the SPF checks share: a record with terms taken out or replaced, ready to paste, and faults as findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailsetup.grammar.spf import parse_spf
from mailsetup.model.case import Case
from mailsetup.model.dns import TXT, DnsQuestion, present
from mailsetup.model.finding import Finding, Fix
from mailsetup.model.message import Message
from mailsetup.model.records import SpfRecord, SpfTerm
from mailsetup.walks.spf_record import SpfPublished, spf_record
from mailsetup.walks.spf_tree import SpfLookup, SpfTree, spf_includes, spf_tree

Edit = tuple[tuple[int, int], str]
HOST_TERMS = frozenset({"a", "mx", "exists"})


def edited(text: str, edits: Iterable[Edit]) -> str:
    """A record's text with some spans replaced, one blank between terms."""
    for (start, end), replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement + text[end:]
    return (
        " ".join(text.split(" ")) if "  " not in text else " ".join(word for word in text.split(" ") if word)
    )


def publishing(found: SpfPublished, text: str) -> Fix | None:
    """The TXT record set of the name with this SPF record in place of what is there; None if it would not be valid."""
    if not parse_spf(text).valid:
        return None
    others = (r for r in found.answer.records if not (type(r) is TXT and r.text in found.texts))
    return Fix(found.name, "TXT", (present(TXT.of(text), "TXT"), *(present(r, "TXT") for r in others)))


def without(found: SpfPublished, spans: Iterable[tuple[int, int] | None]) -> Fix | None:
    """The record without some of its terms."""
    return publishing(found, edited(found.text, [(span, "") for span in spans if span]))


def located(found: SpfPublished) -> Iterator[tuple[SpfTerm, tuple[int, int] | None]]:
    """The terms of the only record with their places."""
    record = found.parsed.value if found.parsed is not None else None
    return located_in(record) if record is not None else iter(())


def located_in(record: SpfRecord) -> Iterator[tuple[SpfTerm, tuple[int, int] | None]]:
    """The terms of a record with their places."""
    for index, term in enumerate(record.terms):
        yield term, record.span(index)


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
            "the SPF record is not valid: {fault}. Receivers answer permerror, as if there were no record",
            fault=fault.text,
            at=found.evidence(fault.span),
            fix=fix,
            remedy=Message("Mend the marked place and publish the record again.") if fix is None else None,
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
    if any(term.term.name in HOST_TERMS for _, term in tree.every_term()):
        tree = case.read(spf_tree)
    return tree


def wording(lookup: SpfLookup) -> str:
    """A term as it is written."""
    return str(lookup.term)
