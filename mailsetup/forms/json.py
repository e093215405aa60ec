"""One JSON document for a whole run: ``mailsetup/audit/1``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mailsetup.model.finding import AuditRun, DomainReport

from .documents import AUDIT_SCHEMA, report_document
from .encoder import one_line, pretty
from .places import place_of


def render(run: AuditRun) -> Iterator[str]:
    """The document, report by report, so that a long run never stands in memory whole."""
    yield f'{{\n"schema": {one_line(AUDIT_SCHEMA)},\n"tool": {one_line(dict(run.tool))},\n"reports": ['
    separator = "\n"
    for report in run.reports:
        yield separator + pretty(_placed(report_document(report), report, run))
        separator = ",\n"
    yield "\n]\n}\n"


def _placed(document: dict[str, Any], report: DomainReport, run: AuditRun) -> dict[str, Any]:
    """
    The report with file, line and resource of what the user wrote.

    They stand beside the verdicts, which are the same whether a zone is judged or its recording.
    """
    places = []
    for finding in (f for v in report.verdicts for f in v.findings):
        place = place_of(run, finding)
        if place is not None:
            places.append({"check": finding.check, "owner": finding.owner, **place._asdict()})
    if places:
        document["places"] = places
    return document
