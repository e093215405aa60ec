"""One JSON document for a whole run: ``mailsetup/audit/1``."""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.finding import AuditRun

from .documents import AUDIT_SCHEMA, report_document
from .encoder import one_line, pretty


def render(run: AuditRun) -> Iterator[str]:
    """The document, report by report, so that a long run never stands in memory whole."""
    yield f'{{\n"schema": {one_line(AUDIT_SCHEMA)},\n"tool": {one_line(dict(run.tool))},\n"reports": ['
    separator = "\n"
    for report in run.reports:
        yield separator + pretty(report_document(report))
        separator = ",\n"
    yield "\n]\n}\n"
