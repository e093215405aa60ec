"""Calm text for a person at 80 columns: the grade, what to do first, each flaw with its record to paste, what is open."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome, present
from mailsetup.model.finding import AuditRun, DomainReport, Evidence, Finding, Severity, Status, Verdict
from mailsetup.model.names import printable, to_unicode

from .documents import evidence_document

WIDTH = 80
SHOWN_QUESTIONS = 12
LONG_RECORD = 300  # characters of a record shown as evidence; a fix is never cut

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34"}
_LOOK = {
    Severity.ERROR: ("error", "red"),
    Severity.WARNING: ("warning", "yellow"),
    Severity.INFO: ("note", "blue"),
}


@dataclass(frozen=True, slots=True)
class Style:
    """How to write: with colour or without, and which marks the terminal's encoding can show."""

    color: bool = False
    quiet: bool = False
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
        return
    everything = sorted(
        (f for v in report.verdicts for f in v.findings), key=lambda f: (-f.severity.rank, f.check, f.owner)
    )
    findings = [f for f in everything if f.waived is None]
    yield from _first_things(report, style)
    for finding in findings:
        if finding.severity is not Severity.INFO:
            yield ""
            yield from finding_lines(finding, style)
    notes = [f for f in findings if f.severity is Severity.INFO]
    if notes:
        yield ""
        yield style.paint("Worth knowing", "bold")
        for finding in notes:
            yield from _wrapped(f"{finding.message}", style, "  - ", "    ", tail=f"[{finding.check}]")
    yield from accepted_lines([f for f in everything if f.waived is not None], style)
    yield from _open(report, style)
    yield from rules_lines(report, style)
    yield from _crashed(report, style)
    if report.notes:
        yield ""
    for note in report.notes:
        yield from _wrapped(str(note), style, "", "  ")
    yield ""
    yield _tally(report, style)


def _head(report: DomainReport, style: Style) -> Iterator[str]:
    shown = to_unicode(report.domain)
    name = report.domain if shown == report.domain else f"{shown} ({report.domain})"
    grade = f"grade {report.grade}" if report.grade[:1].isupper() else report.grade or "not graded"
    yield style.paint(name, "bold") + "   " + style.paint(grade, "bold", _grade_color(report.grade))
    for provider in report.providers:
        yield from _wrapped(
            f"{provider.get('role', '')}: {provider.get('name', '')} ({provider.get('because', '')})",
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
    yield style.paint("Do this first" if len(steps) > 1 else "Do this", "bold")
    for number, step in enumerate(steps, 1):
        yield from _wrapped(str(step), style, f"  {number}. ", "     ")


def finding_lines(finding: Finding, style: Style) -> Iterator[str]:
    """A finding: what, where it was seen, what to do, and the record to paste."""
    word, color = _LOOK[finding.severity]
    yield style.paint(word, "bold", color) + " " + style.paint(finding.check, "dim")
    yield from _wrapped(str(finding.message), style, "  ", "  ")
    for evidence in finding.evidence[:3]:
        yield from evidence_lines(evidence, style)
    if len(finding.evidence) > 3:
        yield style.paint(
            f"    and {len(finding.evidence) - 3} more answers (--format json shows all)", "dim"
        )
    if finding.remedy is not None:
        yield from _wrapped(str(finding.remedy.summary), style, "  > ", "    ")
        change = finding.remedy.change
        if change is not None:
            for record in change.records:
                yield f"      {change.owner}. {change.rdtype} {printable(record)}"
            if not change.records:
                yield f"      delete {change.owner}. {change.rdtype}"


def evidence_lines(evidence: Evidence, style: Style) -> Iterator[str]:
    """What was asked and what came back."""
    question, answer = evidence.question, evidence.answer
    if not isinstance(question, DnsQuestion) or not isinstance(answer, DnsAnswer):
        told = evidence_document(evidence)
        place = f"{told['name']} {told['rdtype']}: {told['outcome']}"
        detail = f" ({told['detail']})" if told["detail"] else ""
        for line in _wrapped(place + detail, style, "    ", "      "):
            yield style.paint(line, "dim")
        return
    asked = f"{question.name or '.'} {question.rdtype}"
    if not answer.records:
        detail = f" ({printable(answer.detail)})" if answer.detail else ""
        yield style.paint(f"    {asked}: {answer.outcome.value}{detail}", "dim")
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
    yield style.paint("Accepted", "bold") + "  (does not fail the run)"
    for finding in findings:
        why = finding.waived
        if why is None:
            continue
        said = f"waived until {why.until}: {why.reason}" if why.by == "waiver" else "known from the baseline"
        tail = f"[{finding.check}; {said}]"
        yield from _wrapped(str(finding.message), style, "  - ", "    ", tail=printable(tail))


STANDS = {
    "meets": "met",
    "supports": "supports evidence for it",
    "misses": "MISSED",
    "unknown": "open",
    "dns_cannot_tell": "DNS alone cannot tell",
    "not_applicable": "does not apply",
}


def rules_lines(report: DomainReport, style: Style) -> Iterator[str]:
    """How the domain stands to receivers' rules and to a rulebook's clauses, where that was asked for."""
    if report.readiness:
        yield ""
        yield style.paint("Receivers' published rules", "bold")
        for receiver in report.readiness:
            yield from _standing(receiver["name"], receiver["rules"], style, "since {effective}", "effective")
    if report.clauses is not None:
        yield ""
        yield from _standing(report.clauses["title"], report.clauses["rules"], style, "{clause}", "clause")


def _standing(name: str, rules: list[Mapping[str, Any]], style: Style, where: str, key: str) -> Iterator[str]:
    """A head with the tally, then what is missed; with --verbose every rule."""
    tally = [(word, sum(r["status"] == status for r in rules)) for status, word in STANDS.items()]
    summary = ", ".join(f"{count} {word.lower()}" for word, count in tally if count)
    yield from _wrapped(f"{name}: {summary}", style, "  ", "    ")
    for rule in rules:
        if rule["status"] != "misses" and not style.verbose:
            continue
        place = f" ({where.format(**{key: rule[key]})})" if rule.get(key) else ""
        text = f"{STANDS[rule['status']]}: {rule['requirement']}{place}"
        tail = ", ".join(rule["because"])
        yield from _wrapped(text, style, "    - ", "      ", tail=f"[{tail}]" if tail else "")


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
                blamed.setdefault(f"{asked}: {evidence.answer.outcome.value}", []).append(verdict)
    if blamed:
        yield ""
        yield style.paint("Could not be judged", "bold") + "  (unknown is not wrong: ask again)"
    for label, verdicts in list(blamed.items())[:SHOWN_QUESTIONS]:
        yield from _wrapped(label, style, "  - ", "    ")
        count = len(verdicts)
        names = ", ".join(dict.fromkeys(v.check for v in verdicts))
        shown = names if style.verbose else f"leaves {count} check{'s' if count != 1 else ''} open"
        yield from (style.paint(line, "dim") for line in _wrapped(shown, style, "      ", "      "))
    if len(blamed) > SHOWN_QUESTIONS:
        yield style.paint(f"  and {len(blamed) - SHOWN_QUESTIONS} more questions", "dim")
    if offline:
        yield ""
        yield style.paint("Not judged offline", "bold") + "  (names outside the files given)"
        yield from _wrapped(", ".join(offline), style, "  ", "  ")


def _crashed(report: DomainReport, style: Style) -> Iterator[str]:
    for verdict in report.verdicts:
        if verdict.status is Status.CRASHED:
            yield ""
            yield style.paint(
                f"{verdict.check} crashed: a fault of mailsetup, please report it", "bold", "red"
            )
            yield from (printable(line) for line in str(verdict.reason).splitlines()[-3:])


def _tally(report: DomainReport, style: Style) -> str:
    found = [f.severity for v in report.verdicts for f in v.findings if f.waived is None]
    waived = sum(f.waived is not None for v in report.verdicts for f in v.findings)
    parts = [
        f"{found.count(severity)} {word}{'s' if found.count(severity) != 1 else ''}"
        for severity, (word, _) in _LOOK.items()
    ]
    passed = sum(v.status is Status.PASS for v in report.verdicts)
    undecided = sum(v.status is Status.INCONCLUSIVE for v in report.verdicts)
    parts.append(f"{passed} check{'s' if passed != 1 else ''} passed")
    if undecided:
        parts.append(f"{undecided} open")
    if waived:
        parts.append(f"{waived} accepted")
    return style.paint(" · ".join(parts), "dim")


def _wrapped(text: str, style: Style, first: str, rest: str, tail: str = "") -> Iterator[str]:
    """Text folded at the width; a word that is too long (a record) is left whole for pasting."""
    body = printable(text) + (f"  {tail}" if tail else "")
    yield from textwrap.wrap(
        body,
        max(style.width, 40),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]
