"""Calm text for a person at 80 columns: the grade, what to do first, each flaw with its record to paste, what is open."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome, present
from mailsetup.model.finding import (
    AuditRun,
    DomainReport,
    Evidence,
    Finding,
    Fix,
    Joined,
    Severity,
    Status,
    Verdict,
    loud,
)
from mailsetup.model.in_force import in_force
from mailsetup.model.language import translated
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.names import printable, to_unicode

from .documents import evidence_document
from .words import headed_grade, said_waived, word

WIDTH = 80
NEVER, UNREACHED = "never", 4  # what no finding weighs
SHOWN_QUESTIONS = 12
LONG_RECORD = 300  # characters of a record shown as evidence; a fix is never cut

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34"}
_LOOK = {
    Severity.ERROR: (phrase("error"), "red"),
    Severity.WARNING: (phrase("warning"), "yellow"),
    Severity.INFO: (phrase("note"), "blue"),
}


@dataclass(frozen=True, slots=True)
class Style:
    """How to write: with colour or without, and which marks the terminal's encoding can show."""

    color: bool = False
    quiet: bool = False
    fail_on: str = "error"  # quiet still says what makes the run end otherwise than with 0
    verbose: bool = False
    width: int = WIDTH

    def paint(self, text: str, *names: str) -> str:
        """Text in colour, where colour is wanted."""
        if not self.color:
            return text
        return f"\x1b[{';'.join(_CODES[n] for n in names)}m{text}\x1b[0m"


def render(run: AuditRun, style: Style | None = None) -> Iterator[str]:
    """Each report in turn, an empty line between them."""
    style = style or Style()
    first = True
    for report in run.reports:
        if not first:
            yield "\n"
        first = False
        yield "".join(line + "\n" for line in report_lines(report, style))


def report_lines(report: DomainReport, style: Style) -> Iterator[str]:
    """One domain's report, line by line."""
    yield from _head(report, style)
    if style.quiet:
        yield from reasons(report.verdicts, style)
        return
    everything = sorted(
        (f for v in report.verdicts for f in v.findings), key=lambda f: (-f.severity.rank, f.check, f.owner)
    )
    findings = [f for f in everything if f.waived is None]
    yield from _first_things(report, style)
    told: set[Fix] = set()
    for finding in findings:
        if finding.severity is not Severity.INFO:
            yield ""
            yield from finding_lines(finding, style, report.fix_for(finding), told)
    notes = [f for f in findings if f.severity is Severity.INFO]
    if notes:
        yield ""
        yield style.paint(translated("Worth knowing"), "bold")
        for finding in notes:
            yield from _wrapped(f"{finding.message}", style, "  - ", "    ", tail=f"[{finding.check}]")
    yield from accepted_lines([f for f in everything if f.waived is not None], style)
    yield from _open(report, style)
    yield from rules_lines(report, style)
    yield from _crashed(report.verdicts, style)
    if report.notes:
        yield ""
    for note in report.notes:
        yield from _wrapped(str(note), style, "", "  ")
    yield ""
    yield from _tally(report, style)


def reasons(verdicts: Sequence[Verdict], style: Style) -> Iterator[str]:
    """
    All that a quiet run says beside its headline: why it does not end with 0.

    The findings that weigh enough to fail it, the checks of that weight that a missing answer leaves open, and
    faults of ours.
    """
    least = UNREACHED if style.fail_on == NEVER else Severity(style.fail_on).rank
    judged = loud(verdicts)
    findings = [f for v in judged for f in v.findings if f.waived is None and f.severity.rank >= least]
    for finding in sorted(findings, key=lambda f: (-f.severity.rank, f.check, f.owner)):
        name, color = _LOOK[finding.severity]
        lines = _wrapped(f"{translated(name)} {finding.check}: {finding.message}", style, "  ", "    ")
        yield from (style.paint(line, color) for line in lines)
    waited = [
        v for v in judged if v.status is Status.INCONCLUSIVE and v.severity.rank >= least and _was_asked(v)
    ]
    if waited:
        names = ", ".join(v.check for v in waited)
        yield from _wrapped(
            str(say("open for want of an answer: {checks}", checks=names)), style, "  ", "    "
        )
    yield from _crashed(judged, style)


def _was_asked(verdict: Verdict) -> bool:
    return any(e.answer.outcome is not Outcome.UNASKED for e in verdict.unanswered)


def _head(report: DomainReport, style: Style) -> Iterator[str]:
    shown = to_unicode(report.domain)
    name = report.domain if shown == report.domain else f"{shown} ({report.domain})"
    grade = headed_grade(report.grade)
    painted = style.paint(grade, "bold", _grade_color(report.grade))
    if len(name) + len(grade) + 3 <= style.width:
        yield style.paint(name, "bold") + "   " + painted
    else:
        yield from (style.paint(line, "bold") for line in _wrapped(name, style, "", "  "))
        yield "  " + painted
    for provider in report.providers:
        yield from _wrapped(
            f"{word(provider.get('role', ''))}: {provider.get('name', '')} ({provider.get('because', '')})",
            style,
            "  ",
            "    ",
        )


def _grade_color(grade: str) -> str:
    return {"A": "green", "B": "green", "C": "yellow"}.get(grade[:1], "red")


def _first_things(report: DomainReport, style: Style) -> Iterator[str]:
    steps = report.do_first
    if not steps:
        return
    yield ""
    yield style.paint(translated("Do this first" if len(steps) > 1 else "Do this"), "bold")
    for number, step in enumerate(steps, 1):
        yield from _wrapped(str(step), style, f"  {number}. ", "     ")


def finding_lines(
    finding: Finding, style: Style, joined: Joined | None = None, told: set[Fix] | None = None
) -> Iterator[str]:
    """
    A finding: what, where it was seen, what to do, and the record to paste.

    ``joined`` is the record that mends all flaws of its name; it is shown once, and then kept in ``told``.
    """
    name, color = _LOOK[finding.severity]
    yield style.paint(translated(name), "bold", color) + " " + style.paint(finding.check, "dim")
    yield from _wrapped(str(finding.message), style, "  ", "  ")
    for evidence in finding.evidence[:3]:
        yield from evidence_lines(evidence, style)
    if len(finding.evidence) > 3:
        more = say("and {n} more {n:answers|answers} (--format json shows all)", n=len(finding.evidence) - 3)
        yield style.paint(f"    {more}", "dim")
    if finding.remedy is None:
        return
    yield from _wrapped(str(finding.remedy.summary), style, "  > ", "    ")
    if finding.remedy.change is not None:
        change = joined.fix if joined is not None else finding.remedy.change
        count = len(joined.checks) if joined is not None else 1
        yield from _to_paste(change, count, style, told if told is not None else set())


def _to_paste(change: Fix, count: int, style: Style, told: set[Fix]) -> Iterator[str]:
    """A record set once, with the number of flaws it mends; where it was shown already, a word about that."""
    if change in told:
        yield from _wrapped(str(say("The record shown above mends this too.")), style, "    ", "    ")
        return
    told.add(change)
    if count > 1:
        together = say("This record mends {count} {count:flaw|flaws} of this name together:", count=count)
        yield from _wrapped(str(together), style, "    ", "    ")
    for record in change.records:
        yield f"      {change.owner}. {change.rdtype} {printable(record)}"
    if not change.records:
        yield f"      {say('delete {owner}. {rdtype}', owner=change.owner, rdtype=change.rdtype)}"


def evidence_lines(evidence: Evidence, style: Style) -> Iterator[str]:
    """What was asked and what came back."""
    question, answer = evidence.question, evidence.answer
    if not isinstance(question, DnsQuestion) or not isinstance(answer, DnsAnswer):
        told = evidence_document(evidence)
        place = f"{told['name']} {told['rdtype']}: {word(told['outcome'])}"
        detail = f" ({told['detail']})" if told["detail"] else ""
        for line in _wrapped(place + detail, style, "    ", "      "):
            yield style.paint(line, "dim")
        return
    asked = f"{question.name or '.'} {question.rdtype}"
    if not answer.records:
        detail = f" ({printable(word(answer.detail))})" if answer.detail else ""
        for line in _wrapped(f"{asked}: {word(answer.outcome.value)}{detail}", style, "    ", "      "):
            yield style.paint(line, "dim")
        return
    shown = [evidence.quote] if evidence.quote else [present(r, question.rdtype) for r in answer.records[:3]]
    for text in shown:
        cut = printable(text if len(text) <= LONG_RECORD else text[:LONG_RECORD] + " ...")
        for line in _wrapped(f"{asked}: {cut}", style, "    ", "      "):
            yield style.paint(line, "dim")


def accepted_lines(findings: list[Finding], style: Style) -> Iterator[str]:
    """What a waiver or the baseline accepts: a line each, with the reason."""
    if not findings:
        return
    yield ""
    yield style.paint(translated("Accepted"), "bold") + f"  {say('(does not fail the run)')}"
    for finding in findings:
        why = finding.waived
        if why is None:
            continue
        tail = f"[{finding.check}; {said_waived(why)}]"
        yield from _wrapped(str(finding.message), style, "  - ", "    ", tail=printable(tail))


STANDS = {
    "meets": phrase("met"),
    "supports": phrase("supports evidence for it"),
    "misses": phrase("MISSED"),
    "unknown": phrase("open"),
    "dns_cannot_tell": phrase("DNS alone cannot tell"),
    "not_applicable": phrase("does not apply"),
    "not_required": phrase("not asked for"),
}
UNSUPPORTED = phrase("no evidence for it")
"""What is not there, for a rulebook that names no record: it cannot be missed."""
COUNTED = {
    "MISSED": phrase("{n} missed"),
    "DNS alone cannot tell": phrase("{n} that DNS alone cannot tell"),
    "does not apply": phrase("{n} {n:does|do} not apply"),
}
"""Where the word for one rule does not do behind a number."""


def rules_lines(report: DomainReport, style: Style) -> Iterator[str]:
    """How the domain stands to receivers' rules and to a rulebook's clauses, where that was asked for."""
    if report.readiness:
        yield ""
        yield style.paint(translated("Receivers' published rules"), "bold")
        for receiver in report.readiness:
            yield from _standing(translated(receiver["name"]), receiver["rules"], style, "effective")
    if report.clauses is not None:
        yield ""
        stands = STANDS if report.clauses["wording"] == "meets" else {**STANDS, "misses": UNSUPPORTED}
        yield from _standing(report.clauses["title"], report.clauses["rules"], style, "clause", stands)
        yield from _cautions(report.clauses, style)


def _cautions(clauses: Mapping[str, Any], style: Style) -> Iterator[str]:
    """What a rulebook does not ask for, and with --verbose what its reader should know of it."""
    if clauses.get("not_required"):
        told = say("this rulebook does not ask for: {names}", names=", ".join(clauses["not_required"]))
        yield from _wrapped(str(told), style, "    ", "    ")
    if style.verbose:
        for warning in clauses.get("warnings", ()):
            yield from _wrapped(str(say("caution: {text}", text=warning)), style, "    ", "      ")


def _standing(
    name: str,
    rules: list[Mapping[str, Any]],
    style: Style,
    key: str,
    stands: Mapping[str, str] = STANDS,
) -> Iterator[str]:
    """A head with the tally, then what is missed or not asked for; with --verbose every rule."""
    tally = [(word, sum(r["status"] == status for r in rules)) for status, word in stands.items()]
    summary = ", ".join(
        str(Message(COUNTED[word], {"n": n})) if word in COUNTED else f"{n} {translated(word)}"
        for word, n in tally
        if n
    )
    yield from _wrapped(f"{name}: {summary}", style, "  ", "    ")
    for rule in rules:
        if rule["status"] not in ("misses", "not_required") and not style.verbose:
            yield from _beside(rule, style, ("advice",))
            continue
        place = f" ({_place(rule, key)})" if rule.get(key) else ""
        text = f"{translated(stands[rule['status']])}: {rule['requirement']}{place}"
        tail = ", ".join(rule["because"])
        yield from _wrapped(text, style, "    - ", "      ", tail=f"[{tail}]" if tail else "")
        yield from _beside(rule, style, ("advice", "doubt", "note", *(("rest",) if style.verbose else ())))


BESIDE = {
    "advice": phrase("for your information: {text}"),
    "doubt": phrase("in doubt: {text}"),
    "note": phrase("note: {text}"),
    "rest": phrase("not judged: {text}"),
}


def _beside(rule: Mapping[str, Any], style: Style, keys: tuple[str, ...]) -> Iterator[str]:
    """What stands beside a rule's status and does not change it."""
    for key in keys:
        said = rule.get(key) or ()
        for text in (said,) if isinstance(said, str) else said:
            line = str(Message(BESIDE[key], {"text": text}))
            yield from _wrapped(line, style, "      ", "        ")


def _place(rule: Mapping[str, Any], key: str) -> str:
    """Where a clause stands, or since when a rule is in force."""
    return str(in_force(str(rule[key])) if key == "effective" else rule[key])


def _open(report: DomainReport, style: Style) -> Iterator[str]:
    undecided = [v for v in report.verdicts if v.status is Status.INCONCLUSIVE]
    blamed: dict[str, list[Verdict]] = {}
    offline: dict[str, None] = {}
    for verdict in undecided:
        for evidence in verdict.unanswered:
            asked = " ".join(str(part) for part in evidence.question if part)
            if evidence.answer.outcome is Outcome.UNASKED:
                offline[str(evidence.question[0])] = None
            else:
                blamed.setdefault(f"{asked}: {word(evidence.answer.outcome.value)}", []).append(verdict)
    if blamed:
        yield ""
        yield (
            style.paint(translated("Could not be judged"), "bold")
            + f"  {say('(unknown is not wrong: ask again)')}"
        )
    for label, verdicts in list(blamed.items())[:SHOWN_QUESTIONS]:
        yield from _wrapped(label, style, "  - ", "    ")
        count = len(verdicts)
        names = ", ".join(dict.fromkeys(v.check for v in verdicts))
        shown = names if style.verbose else str(say("leaves {n} {n:check|checks} open", n=count))
        yield from (style.paint(line, "dim") for line in _wrapped(shown, style, "      ", "      "))
    if len(blamed) > SHOWN_QUESTIONS:
        more = say("and {n} more {n:questions|questions}", n=len(blamed) - SHOWN_QUESTIONS)
        yield style.paint(f"  {more}", "dim")
    if offline:
        yield ""
        yield (
            style.paint(translated("Not judged offline"), "bold")
            + f"  {say('(names outside the files given)')}"
        )
        yield from _wrapped(", ".join(offline), style, "  ", "  ")


def _crashed(verdicts: Iterable[Verdict], style: Style) -> Iterator[str]:
    for verdict in verdicts:
        if verdict.status is Status.CRASHED:
            yield ""
            told = say("{check} crashed: a fault of mailsetup, please report it", check=verdict.check)
            yield style.paint(str(told), "bold", "red")
            for line in str(verdict.reason).splitlines()[-3:]:
                yield from _wrapped(line, style, "", "  ")


def _tally(report: DomainReport, style: Style) -> Iterator[str]:
    found = [f.severity for v in report.verdicts for f in v.findings if f.waived is None]
    waived = sum(f.waived is not None for v in report.verdicts for f in v.findings)
    parts = [
        say("{n} {n:error|errors}", n=found.count(Severity.ERROR)),
        say("{n} {n:warning|warnings}", n=found.count(Severity.WARNING)),
        say("{n} {n:note|notes}", n=found.count(Severity.INFO)),
    ]
    passed = sum(v.status is Status.PASS for v in report.verdicts)
    undecided = sum(v.status is Status.INCONCLUSIVE for v in report.verdicts)
    parts.append(say("{n} {n:check|checks} passed", n=passed))
    if undecided:
        parts.append(say("{n} {n:check|checks} open", n=undecided))
    if waived:
        parts.append(say("{n} {n:accepted|accepted}", n=waived))
    for line in _wrapped(" · ".join(map(str, parts)), style, "", ""):
        yield style.paint(line, "dim")


def _wrapped(text: str, style: Style, first: str, rest: str, tail: str = "") -> Iterator[str]:
    """Text folded at the width, a word that is too long for a line too; only a record to paste is left whole."""
    body = printable(text) + (f"  {tail}" if tail else "")
    yield from textwrap.wrap(
        body,
        max(style.width, 40),
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
    ) or [first.rstrip()]
