"""
GitHub annotations: one workflow command a finding, at the zone file's line where the source is one.

The commands and what must be escaped in them:
https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions checked 2026-11.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.dns import Outcome
from mailsetup.model.finding import AuditRun, DomainReport, Finding, Severity, Status, Verdict
from mailsetup.model.message import say
from mailsetup.model.names import printable

from .places import place_of, shown
from .words import shortened

COMMAND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
QUESTIONS_SHOWN = 5


def render(run: AuditRun) -> Iterator[str]:
    """A line a finding that nobody accepted, the worst of each domain first: GitHub shows only some of many."""
    for report in run.reports:
        findings = [f for v in report.verdicts for f in v.findings if f.waived is None]
        for finding in sorted(findings, key=lambda f: -f.severity.rank):
            yield _annotation(run, report, finding)
        for verdict in report.verdicts:
            yield from _unsettled(report, verdict)


def _annotation(run: AuditRun, report: DomainReport, finding: Finding) -> str:
    properties = {}
    place = place_of(run, finding)
    if place is not None:
        properties = {"file": place.file, "line": str(max(1, place.line))}
    resource = f" {say('at {address}', address=place.address)}" if place is not None and place.address else ""
    properties["title"] = f"{finding.check} ({report.domain}){resource}"
    lines = [str(finding.message)]
    if finding.remedy is not None:
        lines.append(str(finding.remedy.summary))
        change = finding.remedy.change
        if change is not None:
            lines += [f"{change.owner}. {change.rdtype} {record}" for record in change.records]
    return _command(COMMAND[finding.severity], properties, lines)


def _unsettled(report: DomainReport, verdict: Verdict) -> Iterator[str]:
    title = {"title": f"{verdict.check} ({report.domain})"}
    if verdict.status is Status.CRASHED:
        yield _command(
            "error",
            title,
            [str(say("a fault of mailsetup, please report it")), *str(verdict.reason).splitlines()],
        )
    asked = [shown(e) for e in verdict.unanswered if e.answer.outcome is not Outcome.UNASKED]
    if verdict.status is Status.INCONCLUSIVE and asked:
        told = say("open: no usable answer from {questions}", questions=shortened(asked, QUESTIONS_SHOWN))
        yield _command("warning", title, [str(told)])


def _command(word: str, properties: dict[str, str], lines: list[str]) -> str:
    named = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{word} {named}::{_data(chr(10).join(printable(line) for line in lines))}\n"


def _data(text: str) -> str:
    """A message as the runner wants it: one line, no stray escapes."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A property's value: colons and commas would end it."""
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
