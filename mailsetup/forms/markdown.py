"""Markdown for a merge request's comment or a ticket; what comes from DNS stands in code spans, escaped."""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.finding import AuditRun, DomainReport, Finding, Severity, Status
from mailsetup.model.names import printable


def render(run: AuditRun) -> Iterator[str]:
    """A section for each domain."""
    for report in run.reports:
        yield "".join(line + "\n" for line in _section(report))


def _section(report: DomainReport) -> Iterator[str]:
    yield f"## {text(report.domain)}: {text(report.grade) or 'not graded'}"
    yield ""
    findings = sorted((f for v in report.verdicts for f in v.findings), key=lambda f: -f.severity.rank)
    if findings:
        yield "| severity | check | at | what | do |"
        yield "|---|---|---|---|---|"
        yield from (_row(f) for f in findings)
        yield ""
    fixes = [
        f.remedy.change
        for f in findings
        if f.remedy and f.remedy.change and f.severity is not Severity.INFO and not f.waived
    ]
    if fixes:
        yield "Records to publish:"
        yield ""
        for change in dict.fromkeys(fixes):
            for record in change.records:
                yield "    " + printable(f"{change.owner}. {change.rdtype} {record}")
        yield ""
    open_questions = [v for v in report.verdicts if v.status is Status.INCONCLUSIVE]
    if open_questions:
        yield f"Open, for want of an answer: {', '.join(code(v.check) for v in open_questions)}"
        yield ""


def _row(finding: Finding) -> str:
    advice = text(str(finding.remedy.summary)) if finding.remedy else ""
    accepted = " (accepted)" if finding.waived else ""
    return (
        f"| {finding.severity.value}{accepted} | {code(finding.check)} | {code(finding.owner)} "
        f"| {text(str(finding.message))} | {advice} |"
    )


def text(raw: str) -> str:
    """Text that Markdown and HTML leave as it is."""
    shown = printable(raw)
    for char in "\\`*_[]<>|#!&":
        shown = shown.replace(
            char, "\\" + char if char not in "<>&" else {"<": "&lt;", ">": "&gt;", "&": "&amp;"}[char]
        )
    return shown


def code(raw: str) -> str:
    """A code span."""
    return "`" + printable(raw).replace("`", "'").replace("|", "\\|") + "`"
