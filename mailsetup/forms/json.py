"""One JSON document for a whole run: ``mailsetup/audit/1``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mailsetup.model.finding import AuditRun, DomainReport

from .documents import AUDIT_SCHEMA, report_document
from .encoder import one_line, pretty
from .places import decisive


def render(run: AuditRun) -> Iterator[str]:
    """The document, report by report, so that a long run never stands in memory whole."""
    yield f'{{\n"schema": {one_line(AUDIT_SCHEMA)},\n"tool": {one_line(dict(run.tool))},\n"reports": ['
    separator = "\n"
    for report in run.reports:
        yield separator + pretty(_placed(report_document(report), report, run))
        separator = ",\n"
    yield "\n]\n}\n"


def _placed(document: dict[str, Any], report: DomainReport, run: AuditRun) -> dict[str, Any]:
    """The report with the file, line and resource of each finding whose record the user wrote."""
    for verdict, shown in zip(report.verdicts, document["verdicts"], strict=True):
        for finding, entry in zip(verdict.findings, shown["findings"], strict=True):
            place = run.place(*decisive(finding))
            if place is not None:
                entry["place"] = place._asdict()
    return document
