"""One row a verdict that is not a pass, for spreadsheets; cells that a spreadsheet would run are defused."""

from __future__ import annotations

import csv as standard
import io
from collections.abc import Iterator

from mailsetup.model.dns import DnsQuestion
from mailsetup.model.finding import AuditRun, Evidence, Fix, Status, Verdict
from mailsetup.model.message import say
from mailsetup.model.names import printable

COLUMNS = ("domain", "grade", "check", "status", "severity", "owner", "message", "remedy", "record")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # full width counts too in some languages


def render(run: AuditRun) -> Iterator[str]:
    """A header, then the rows of each report; a clean domain has one row without a check."""
    yield row(COLUMNS)
    for report in run.reports:
        rows = [cells for v in report.verdicts for cells in _cells(v)]
        for cells in rows or [("", "pass", "", "", "", "", "")]:
            yield row((report.domain, report.grade, *cells))


def _cells(verdict: Verdict) -> Iterator[tuple[str, ...]]:
    for f in verdict.findings:
        advice = str(f.remedy.summary) if f.remedy else ""
        status = "accepted" if f.waived else verdict.status.value
        record = _record(f.remedy.change) if f.remedy and f.remedy.change else ""
        yield verdict.check, status, f.severity.value, f.owner, str(f.message), advice, record
    if verdict.status in (Status.INCONCLUSIVE, Status.CRASHED):
        crashed = verdict.status is Status.CRASHED
        told = str(verdict.reason) if crashed else " ".join(map(_unanswered, verdict.unanswered))
        yield verdict.check, verdict.status.value, verdict.severity.value, "", told, "", ""


def _record(change: Fix) -> str:
    """The record set to publish, or that it has to go."""
    if not change.records:
        return str(say("delete {owner}. {rdtype}", owner=change.owner, rdtype=change.rdtype))
    return " | ".join(f"{change.owner} {change.rdtype} {r}" for r in change.records)


def _unanswered(evidence: Evidence) -> str:
    """A question and what came instead of an answer; of a file or a host its address."""
    question = evidence.question
    name = f"{question.name}/{question.rdtype}" if isinstance(question, DnsQuestion) else str(question[0])
    return f"{name}:{evidence.answer.outcome.value}"


def row(cells: tuple[str, ...]) -> str:
    """One row, its cells made safe."""
    out = io.StringIO()
    standard.writer(out, lineterminator="\r\n").writerow([_safe(c) for c in cells])
    return out.getvalue()


def _safe(cell: str) -> str:
    """The cell with control characters escaped, and a quote before what a spreadsheet would take for a formula."""
    shown = printable(cell)
    return "'" + shown if shown.lstrip().startswith(FORMULA) else shown
