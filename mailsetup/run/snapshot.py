"""Snapshots: the answers an audit needs, recorded to commit, to replay, or to send with a bug report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from mailsetup.model.snapshot import Snapshot

from .audit import AuditSettings, Reports
from .sources import SourceSettings


def record(domains: Iterable[str], sources: SourceSettings, settings: AuditSettings) -> list[Snapshot]:
    """The snapshots of some domains: every answer that an audit with these settings reads."""
    taken: list[Snapshot] = []
    with Reports(iter(domains), sources, settings) as reports:
        reports.prepare()
        reports.recorder = taken.append
        for _ in reports:
            pass
    return taken


def write_snapshots(path: str, snapshots: Sequence[Snapshot], *, force: bool = False) -> Path:
    """Writes them to a file; several, or a path ending in a slash, to a folder that is made if need be."""
    from mailsetup.edge.recorded import write_snapshot

    target = Path(path)
    if not target.suffix and not target.is_file() and (len(snapshots) > 1 or path.endswith(("/", "\\"))):
        target.mkdir(parents=True, exist_ok=True)
    return write_snapshot(target, snapshots[0] if len(snapshots) == 1 else snapshots, force=force)
