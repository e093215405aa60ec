"""Markdown for a merge request's comment or a ticket; what comes from DNS stands in code spans, escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mailsetup.model.dns import Outcome
from mailsetup.model.finding import AuditRun, DomainReport, Finding, Fix, Severity, Status, Verdict
from mailsetup.model.message import say
from mailsetup.model.names import printable

from .words import said_grade, word

_SPECIAL = re.compile(r"[\\`*_\[\]<>|#!&~$]")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_MENTION = re.compile(r"(?<![\w.+-])@(?=\w)")


def render(run: AuditRun) -> Iterator[str]:
    """A section for each domain."""
    for report in run.reports:
        yield "".join(line + "\n" for line in _section(report))


def _section(report: DomainReport) -> Iterator[str]:
    yield f"## {text(report.domain)}: {text(said_grade(report.grade)) or word('not graded')}"
    yield ""
    findings = sorted((f for v in report.verdicts for f in v.findings), key=lambda f: -f.severity.rank)
    yield from _first_things(report)
    if findings:
        heads = (say("severity"), say("check"), say("at"), say("what"), say("do"))
        yield f"| {' | '.join(map(str, heads))} |"
        yield "|---|---|---|---|---|"
        yield from (_row(f) for f in findings)
        yield ""
    yield from _fixes(report)
    yield from _unsettled(report)
    for note in report.notes:
        yield text(str(note))
        yield ""


def _first_things(report: DomainReport) -> Iterator[str]:
    if report.do_first:
        yield str(say("Do this first:"))
        yield ""
        yield from (f"{number}. {text(str(step))}" for number, step in enumerate(report.do_first, 1))
        yield ""


def _fixes(report: DomainReport) -> Iterator[str]:
    """The record sets to publish as a block to paste, one a name; those to delete as comments of a zone file."""
    changes = [joined.fix for joined in report.fixes] or list(_single_fixes(report))
    if not changes:
        return
    yield str(say("Records to publish:"))
    yield ""
    for change in changes:
        for record in change.records:
            yield "    " + printable(f"{change.owner}. {change.rdtype} {record}")
        if not change.records:
            yield "    " + f"; {say('delete {owner}. {rdtype}', owner=change.owner, rdtype=change.rdtype)}"
    yield ""


def _single_fixes(report: DomainReport) -> Iterable[Fix]:
    """Every finding's own, where nobody joined them."""
    return dict.fromkeys(
        f.remedy.change
        for v in report.verdicts
        for f in v.findings
        if f.remedy and f.remedy.change and f.severity is not Severity.INFO and not f.waived
    )


def _unsettled(report: DomainReport) -> Iterator[str]:
    """What is open for want of an answer, what nobody was to be asked, what crashed."""
    for title, checks in (
        (say("Open, for want of an answer"), [v for v in report.verdicts if _is_open(v) and _was_asked(v)]),
        (say("Not judged offline"), [v for v in report.verdicts if _is_open(v) and not _was_asked(v)]),
        (
            say("A fault of mailsetup, please report it"),
            [v for v in report.verdicts if v.status is Status.CRASHED],
        ),
    ):
        if checks:
            yield f"{title}: {', '.join(code(v.check) for v in checks)}"
            yield ""


def _is_open(verdict: Verdict) -> bool:
    return verdict.status is Status.INCONCLUSIVE


def _was_asked(verdict: Verdict) -> bool:
    return any(e.answer.outcome is not Outcome.UNASKED for e in verdict.unanswered)


def _row(finding: Finding) -> str:
    advice = text(str(finding.remedy.summary)) if finding.remedy else ""
    accepted = f" ({say('accepted')})" if finding.waived else ""
    return (
        f"| {word(finding.severity.value)}{accepted} | {code(finding.check)} | {code(finding.owner)} "
        f"| {text(str(finding.message))} | {advice} |"
    )


def text(raw: str) -> str:
    """Text that Markdown and HTML leave as it is; it links to nothing and calls nobody (``@name``)."""
    shown = _SPECIAL.sub(lambda m: _ENTITIES.get(m[0]) or "\\" + m[0], printable(raw))
    shown = shown.replace("://", "\\://").replace("www.", "www\\.")
    return _MENTION.sub("@&#8203;", shown)


def code(raw: str) -> str:
    """A code span; one that holds backticks stands between more of them (CommonMark 6.1)."""
    shown = printable(raw).replace("|", "\\|")
    if "`" not in shown:
        return f"`{shown}`"
    fence = "`" * (max(map(len, re.findall("`+", shown))) + 1)
    return f"{fence} {shown} {fence}"
