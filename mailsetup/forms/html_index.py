"""HTML for a batch."""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.finding import AuditRun


def render(run: AuditRun) -> Iterator[str]:
    """The index."""
    yield ""
