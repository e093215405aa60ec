"""A comparison of two snapshots or results, as text for people, as Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from mailsetup.forms.encoder import pretty
from mailsetup.forms.markdown import code, text
from mailsetup.forms.terminal import Style
from mailsetup.forms.words import headed_grade, said_grade, word
from mailsetup.model.language import translated
from mailsetup.model.message import Message, say
from mailsetup.model.names import printable

from .diff import (
    ACCEPTED,
    EXPLAINED,
    GONE,
    SCHEMA,
    Diff,
    DomainChange,
    FindingChange,
    Records,
    VerdictChange,
)

MANY = 5  # domains up to which those without a change are named
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
        **({"policies": list(change.policies)} if any(change.policies) else {}),
        "records": [
            {"owner": r.owner, "rdtype": r.rdtype, "before": _records(r.before), "after": _records(r.after)}
            for r in change.records
        ],
        "verdicts": [v._asdict() for v in change.verdicts],
        "findings": [_finding(f) for f in change.findings],
    }


def _finding(change: FindingChange) -> dict[str, str]:
    document = {name: value for name, value in change._asdict().items() if isinstance(value, str)}
    if change.left is not None:
        document |= {"now": change.left.now} | ({"by": change.left.by} if change.left.by else {})
    return document


def _records(records: Records) -> dict[str, Any]:
    return {"outcome": records.outcome, "records": list(records.records)}


def as_text(found: Diff, style: Style) -> Iterator[str]:
    """Each domain that changed: the grade, the records as a diff shows them, what is new, what is mended."""
    many = len(found.domains) > MANY
    for change in found.domains:
        if many and change.same and not style.verbose:
            continue
        told = _briefly(change, style) if style.quiet else _lines(change, style)
        yield "".join(line + "\n" for line in told)
    if many and not style.quiet:
        yield style.paint(str(_tally(found, verbose=style.verbose)), "dim") + "\n"
    if not found.domains:
        yield str(say("nothing to compare")) + "\n"


def _tally(found: Diff, *, verbose: bool) -> Message:
    same, worse = (sum(getattr(d, name) for d in found.domains) for name in ("same", "worse"))
    told = say(
        "{worse} of {n} domains got worse, {changed} changed otherwise, {same} did not change",
        n=len(found.domains),
        worse=worse,
        changed=len(found.domains) - same - worse,
        same=same,
    )
    return told if verbose or not same else say("{told} (--verbose names them)", told=told)


def _briefly(change: DomainChange, style: Style) -> Iterator[str]:
    """The line of a domain that changed, and what is worse about it."""
    if change.same:
        return
    yield next(iter(_lines(change, style)))
    if change.worse:
        yield from _findings((f for f in change.findings if f.after), style)


def _lines(change: DomainChange, style: Style) -> Iterator[str]:
    name = style.paint(printable(change.domain), "bold")
    if change.only_in:
        yield f"{name}   {_only_in(change)}"
        yield from _findings(change.findings, style)
        return
    if change.same:
        yield f"{name}   {say('no change') if change.whole else say('no change in what the results show')}"
        return
    yield f"{name}   {_grades(change)}"
    if any(change.policies):
        yield f"  {_by_policies(change)}"
    for r in change.records:
        yield f"  {printable(r.owner)} {printable(r.rdtype)}"
        kept = set(r.before.shown) & set(r.after.shown)
        yield from (style.paint(f"  - {_cut(t)}", "red") for t in r.before.shown if t not in kept)
        yield from (style.paint(f"  + {_cut(t)}", "green") for t in r.after.shown if t not in kept)
    yield from _findings(change.findings, style)
    found = {f.check for f in change.findings}
    others = [v for v in change.verdicts if v.check not in found]
    if style.verbose:
        lines = [f"{v.check}: {_status(v.before)} -> {_status(v.after)}" for v in others]
    else:
        lines = [str(told) for told in _counted(others)]
    yield from (style.paint(f"  {line}", "dim") for line in lines)


def _findings(findings: Iterable[FindingChange], style: Style) -> Iterator[str]:
    for finding in findings:
        word, color = _word(finding)
        head = style.paint(f"{word} {finding.check}", color)
        why = _why(finding)
        yield f"  {head}: {printable(finding.message)}{f' ({why})' if why else ''}"


def _counted(verdicts: list[VerdictChange]) -> Iterator[Message]:
    """One line for all that only became open, or was: a name server that kept silent opens dozens."""
    opened = sum(v.after == "inconclusive" for v in verdicts)
    settled = sum(v.before == "inconclusive" and v.after in ("pass", "fail") for v in verdicts)
    if opened:
        yield say(
            "{n} {n:check|checks} became open for want of an answer (--verbose lists them)",
            n=opened,
        )
    if settled:
        yield say(
            "{n} {n:check that was open is|checks that were open are} decided now (--verbose lists them)",
            n=settled,
        )


def _grades(change: DomainChange) -> str:
    before, after = (printable(said_grade(g)) or translated("not graded") for g in change.grade)
    headed = printable(headed_grade(change.grade[0]))
    return headed if before == after else f"{headed} -> {after}"


def _by_policies(change: DomainChange) -> str:
    before, after = (policy or str(say("the checks' own")) for policy in change.policies)
    return str(say("severities by different policies: {before} -> {after}", before=before, after=after))


def _status(status: str) -> str:
    return printable(word(status))


def _only_in(change: DomainChange) -> Message:
    if change.only_in == "old":
        return say("only in the old file; what became of it is not told by the new one")
    return say(
        "only in the new file, {grade}; what is found there is new",
        grade=printable(headed_grade(change.grade[1])),
    )


def _word(finding: FindingChange) -> tuple[str, str]:
    if not finding.before:
        return str(
            say("new {severity}", severity=word(finding.after))
        ), "red" if finding.after == "error" else "yellow"
    if finding.left is not None:
        return translated(finding.left.now), "green" if finding.left.now == GONE else "dim"
    return f"{word(finding.before)} -> {word(finding.after)}", "yellow"


def _why(finding: FindingChange) -> str:
    """Why a finding does not stand though nothing says that it was mended."""
    left = finding.left
    if left is None:
        return ""
    if left.now == EXPLAINED:
        return str(say("explained by the finding {check}", check=left.by))
    return word(left.by) if left.now == ACCEPTED else printable(left.reason)


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
            yield f"{text(str(_only_in(change)))}\n\n"
            yield from _tables(change)
            continue
        yield f"{text(_grades(change))}\n\n"
        if any(change.policies):
            yield f"{text(_by_policies(change))}\n\n"
        yield from _tables(change)
    if all(change.same for change in found.domains):
        whole = all(change.whole for change in found.domains)
        yield f"{say('No change.') if whole else say('No change in what the results show.')}\n"


def _tables(change: DomainChange) -> Iterator[str]:
    if change.records:
        yield f"| {say('record')} | {say('before')} | {say('after')} |\n|---|---|---|\n"
        for r in change.records:
            before, after = ("<br>".join(code(_cut(t)) for t in side.shown) for side in (r.before, r.after))
            yield f"| {code(f'{r.owner} {r.rdtype}')} | {before} | {after} |\n"
        yield "\n"
    if change.findings:
        yield f"| {say('change')} | {say('check')} | {say('at')} | {say('what')} |\n|---|---|---|---|\n"
        for f in change.findings:
            told = ": ".join(filter(None, (_word(f)[0], _why(f))))
            yield f"| {text(told)} | {code(f.check)} | {code(f.owner)} | {text(f.message)} |\n"
        yield "\n"
