"""The plan for a person at a terminal: phase by phase, what changes and why, the proof, what will be said of the result."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from mailsetup.model.dns import dotted, present
from mailsetup.model.finding import DomainReport, Severity
from mailsetup.model.names import printable, to_unicode
from mailsetup.model.plan import Action, Phase, Plan, RecordChange, SpfProof

WIDTH = 80
_MARKS = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.DELETE: "-",
    Action.KEEP: "=",
    Action.WAITING: "?",
}
SHOWN_RANGES = 6
_PERMERROR = {
    "lost": "no longer permerror (broken for everybody who sends from)",
    "added": "now permerror (broken for everybody who sends from)",
    "kept": "permerror as before (broken for everybody who sends from)",
}


def render(plan: Plan, phase: int | None = None) -> str:
    """The whole plan, or one phase of it."""
    lines = list(_head(plan))
    for step in plan.phases:
        if phase is None or step.number == phase:
            lines.extend(["", *_phase(plan, step)])
    kept = [c for c in plan.changes if c.action is Action.KEEP]
    if kept and phase is None:
        lines.extend(["", "Already right, and kept:"])
        lines.extend(f"  = {dotted(c.owner)} {c.rdtype}" for c in kept)
    if plan.spf_proof is not None:
        lines.extend(["", *proof_lines(plan.spf_proof)])
    if plan.notes:
        lines.extend(["", "Notes"])
        for note in plan.notes:
            lines.extend(_fold(str(note), "  - ", "    "))
    if plan.predicted is not None:
        lines.extend(["", *_predicted(plan.predicted)])
    if plan.hosted_files:
        for url, content in plan.hosted_files.items():
            lines.extend(["", f"File to serve at {url}", *(f"    {line}" for line in content.splitlines())])
    return "\n".join(lines) + "\n"


def _head(plan: Plan) -> Iterator[str]:
    shown = to_unicode(plan.domain)
    name = plan.domain if shown == plan.domain else f"{shown} ({plan.domain})"
    todo = [c for c in plan.changes if c.action is not Action.KEEP]
    waiting = sum(c.action is Action.WAITING for c in todo)
    yield f"Plan for {name}, as of {plan.as_of}"
    if not todo:
        yield "Nothing to change: every record is as it should be."
        return
    counts = {a: sum(c.action is a for c in todo) for a in (Action.CREATE, Action.UPDATE, Action.DELETE)}
    words = [f"{n} to {a.value}" for a, n in counts.items() if n]
    words += [f"{waiting} waiting for a value"] if waiting else []
    yield f"{', '.join(words)}, in {len(plan.phases)} phase{'s' if len(plan.phases) != 1 else ''}"
    if plan.dns_host:
        yield f"The records are edited at {printable(plan.dns_host)}."


def _phase(plan: Plan, step: Phase) -> Iterator[str]:
    yield f"Phase {step.number}: {step.title}"
    if step.earliest and step.earliest > plan.as_of:
        local = f" ({step.earliest_local})" if step.earliest_local else ""
        yield f"  not before {step.earliest}{local}"
    yield from _fold(str(step.why_then), "  ", "  ")
    for block in step.blocked_by:
        yield from _fold(str(block), "  first: ", "         ")
    for change in plan.changes:
        if change.phase == step.number and change.action is not Action.KEEP:
            yield from _change(change)
    yield from _fold(str(step.closes_when), "  done when: ", "             ")


def _change(change: RecordChange) -> Iterator[str]:
    yield f"  {_MARKS[change.action]} {dotted(change.owner)} {change.rdtype}" + (
        f"  (TTL {change.ttl})" if change.after else ""
    )
    gone = [r for r in change.before if r not in change.after]
    new = [r for r in change.after if r not in change.before]
    stays = [r for r in change.after if r in change.before]
    yield from (f"      - {printable(present(r, change.rdtype))}" for r in gone)
    yield from (f"      + {printable(present(r, change.rdtype))}" for r in new)
    if stays and (gone or new):
        yield f"        ({len(stays)} other record{'s' if len(stays) != 1 else ''} of this name and type stay)"
    yield from _fold(str(change.reason), "      ", "      ")


def proof_lines(proof: SpfProof) -> Iterator[str]:
    """The SPF proof in words."""
    yield f"SPF proof for {proof.name}"
    for record in proof.before.splitlines():
        yield from _fold(f"before: {record}", "  ", "    ")
    yield from _fold(f"after:  {proof.after}", "  ", "    ")
    for word, sets in (("lost", proof.lost), ("added", proof.added), ("kept", proof.kept)):
        for result, ranges in sets.items():
            if ranges and result == "permerror":
                yield from _fold(f"{_PERMERROR[word]}: {_ranges(ranges)}", "  ", "    ")
            elif ranges:
                yield from _fold(f"{word} {result}: {_ranges(ranges)}", "  ", "    ")
    if not any(ranges for result, ranges in proof.lost.items() if result != "permerror"):
        sure = "" if not proof.unsettled else ", as far as sets can tell"
        yield f"  nobody loses what he had{sure}"
    for term in proof.undecided:
        yield from _fold(f"not decidable by sets: {printable(term)}", "  ", "    ")
    before = "" if proof.lookups_before is None else f" (before: {proof.lookups_before})"
    yield f"  {proof.lookups_after} of 10 look-ups{before}, {proof.voids_after} of 2 void, {proof.size_after} octets"
    if not proof.fits:
        yield "  This does NOT fit the limits of RFC 7208 section 4.6.4:"
    for advice in proof.advice:
        yield from _fold(str(advice), "  - ", "    ")


def _ranges(ranges: tuple[str, ...]) -> str:
    more = len(ranges) - SHOWN_RANGES
    return ", ".join(ranges[:SHOWN_RANGES]) + (f" and {more} more ranges" if more > 0 else "")


def _predicted(report: DomainReport) -> Iterator[str]:
    yield f"When all is published the audit will say: grade {report.grade}"
    for verdict in report.verdicts:
        for finding in verdict.findings:
            if finding.severity is not Severity.INFO:
                yield from _fold(f"{finding.severity.value} {finding.check}: {finding.message}", "  ", "    ")


def _fold(text: str, first: str, rest: str) -> list[str]:
    if not text:
        return []
    return textwrap.wrap(
        printable(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
