"""A comparison of two snapshots or results, as text for people, as Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mailsetup.forms.encoder import pretty
from mailsetup.forms.markdown import code, text
from mailsetup.forms.terminal import Style
from mailsetup.model.names import printable

from .diff import SCHEMA, Diff, DomainChange, FindingChange, Records

LIMIT = 400  # characters of a record shown to people


def as_json(found: Diff) -> Iterator[str]:
    """``mailsetup/diff/1``."""
    document = {
        "schema": SCHEMA,
        "old": found.old,
        "new": found.new,
        "worse": found.worse,
        "domains": [_document(d) for d in found.domains],
    }
    yield pretty(document) + "\n"


def _document(change: DomainChange) -> dict[str, Any]:
    return {
        "domain": change.domain,
        "only_in": change.only_in,
        "same": change.same,
        "worse": change.worse,
        "as_of": list(change.as_of),
        "grade": list(change.grade),
        "records": [
            {"owner": r.owner, "rdtype": r.rdtype, "before": _records(r.before), "after": _records(r.after)}
            for r in change.records
        ],
        "verdicts": [v._asdict() for v in change.verdicts],
        "findings": [f._asdict() for f in change.findings],
    }


def _records(records: Records) -> dict[str, Any]:
    return {"outcome": records.outcome, "records": list(records.records)}


def as_text(found: Diff, style: Style) -> Iterator[str]:
    """Each domain that changed: the grade, the records as a diff shows them, what is new, what is mended."""
    for change in found.domains:
        yield "".join(line + "\n" for line in _lines(change, style))
    if not found.domains:
        yield "nothing to compare\n"


def _lines(change: DomainChange, style: Style) -> Iterator[str]:
    name = style.paint(printable(change.domain), "bold")
    if change.only_in:
        yield f"{name}   only in the {change.only_in} file"
        return
    if change.same:
        yield f"{name}   no change"
        return
    yield f"{name}   {_grades(change)}"
    for r in change.records:
        yield f"  {printable(r.owner)} {printable(r.rdtype)}"
        kept = set(r.before.shown) & set(r.after.shown)
        yield from (style.paint(f"  - {_cut(t)}", "red") for t in r.before.shown if t not in kept)
        yield from (style.paint(f"  + {_cut(t)}", "green") for t in r.after.shown if t not in kept)
    for finding in change.findings:
        word, color = _word(finding)
        head = style.paint(f"{word} {finding.check}", color)
        yield f"  {head}: {printable(finding.message)}"
    found = {f.check for f in change.findings}
    for v in change.verdicts:
        if v.check not in found and (style.verbose or "inconclusive" in (v.before, v.after)):
            yield style.paint(f"  {v.check}: {printable(v.before)} -> {printable(v.after)}", "dim")


def _grades(change: DomainChange) -> str:
    before, after = (printable(g) or "not graded" for g in change.grade)
    return f"grade {before}" if before == after else f"grade {before} -> {after}"


def _word(finding: FindingChange) -> tuple[str, str]:
    if not finding.before:
        return f"new {finding.after}", "red" if finding.after == "error" else "yellow"
    if not finding.after:
        return "gone", "green"
    return f"{finding.before} -> {finding.after}", "yellow"


def _cut(record: str) -> str:
    shown = printable(record)
    return shown if len(shown) <= LIMIT else shown[:LIMIT] + " ..."


def as_markdown(found: Diff) -> Iterator[str]:
    """A section a domain that changed, for a merge request's comment."""
    for change in found.domains:
        if change.same:
            continue
        yield f"## {text(change.domain)}\n\n"
        if change.only_in:
            yield f"Only in the {change.only_in} file.\n\n"
            continue
        yield f"{text(_grades(change))}\n\n"
        yield from _tables(change)
    if all(change.same for change in found.domains):
        yield "No change.\n"


def _tables(change: DomainChange) -> Iterator[str]:
    if change.records:
        yield "| record | before | after |\n|---|---|---|\n"
        for r in change.records:
            before, after = ("<br>".join(code(_cut(t)) for t in side.shown) for side in (r.before, r.after))
            yield f"| {code(f'{r.owner} {r.rdtype}')} | {before} | {after} |\n"
        yield "\n"
    if change.findings:
        yield "| change | check | at | what |\n|---|---|---|---|\n"
        for f in change.findings:
            yield f"| {_word(f)[0]} | {code(f.check)} | {code(f.owner)} | {text(f.message)} |\n"
        yield "\n"
