"""One report object a line, written as soon as it is judged."""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.finding import AuditRun, DomainReport

from .documents import REPORT_SCHEMA, report_document
from .encoder import line_octets


def render(run: AuditRun) -> Iterator[str]:
    """A line for each report."""
    for report in run.reports:
        yield line(report)


def line(report: DomainReport) -> str:
    """One report as one line, with its line feed."""
    return octets(report).decode("utf-8")


def octets(report: DomainReport) -> bytes:
    """One report's line in UTF-8."""
    return line_octets({"schema": REPORT_SCHEMA, **report_document(report, for_line=True)})
