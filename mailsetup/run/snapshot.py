"""Snapshots: the answers an audit needs, recorded to commit, to replay, or to send with a bug report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from mailsetup.model.dns import DnsQuestion, Outcome
from mailsetup.model.snapshot import Snapshot

from .audit import AuditSettings, Reports
from .sources import SourceSettings

_SILENT = (Outcome.TIMEOUT, Outcome.SERVFAIL, Outcome.REFUSED)


def record(domains: Iterable[str], sources: SourceSettings, settings: AuditSettings) -> list[Snapshot]:
    """
    The snapshots of some domains: every answer that an audit with these settings reads.

    A domain that no file of an offline run holds has none.
    """
    taken: list[Snapshot] = []
    with Reports(iter(domains), sources, settings) as reports:
        reports.prepare()
        reports.recorder = taken.append
        for _ in reports:
            pass
        live = reports.opened.live is not None
    return [one for one in taken if live or _holds(one)]


def _holds(snapshot: Snapshot) -> bool:
    own = (snapshot.answers.get(DnsQuestion(snapshot.domain, rdtype)) for rdtype in ("TXT", "MX"))
    return any(answer is not None and answer.outcome is not Outcome.UNASKED for answer in own)


def unanswered(snapshot: Snapshot) -> tuple[int, int]:
    """How many of the questions asked of name servers got no usable answer, and how many were asked."""
    asked = [
        answer.outcome
        for question, answer in snapshot.answers.items()
        if isinstance(question, DnsQuestion) and answer.outcome is not Outcome.UNASKED
    ]
    return sum(outcome in _SILENT for outcome in asked), len(asked)


def write_snapshots(
    path: str, snapshots: Sequence[Snapshot], *, force: bool = False, option: str = "--record"
) -> Path:
    """Writes them to a file; several, or a path ending in a slash, to a folder that is made if need be."""
    from mailsetup.edge.files import make_folder
    from mailsetup.edge.recorded import write_snapshot

    target = Path(path)
    taken = _joined(snapshots)
    if _folder_to_make(path, len(taken)):
        make_folder(target, option)
    return write_snapshot(target, taken, force=force, option=option)


def _joined(snapshots: Iterable[Snapshot]) -> list[Snapshot]:
    """One snapshot a domain: two letters of one author rest on answers of one domain."""
    found: dict[str, Snapshot] = {}
    for one in snapshots:
        known = found.get(one.domain)
        found[one.domain] = one if known is None else replace(one, answers={**known.answers, **one.answers})
    return list(found.values())


def _folder_to_make(path: str, count: int) -> bool:
    target = Path(path)
    return not target.suffix and not target.is_file() and (count > 1 or path.endswith(("/", "\\")))


def refuse_taken(path: str, domains: Sequence[str], *, force: bool = False, option: str = "--record") -> None:
    """
    Refuses before a run what `write_snapshots` would refuse after it.

    ``domains`` are whose answers will be recorded; without them the files in a folder are not known yet.
    """
    from mailsetup.edge import files
    from mailsetup.edge.recorded import snapshot_file_name

    target = Path(path)
    if target.is_dir():
        places = [target / snapshot_file_name(domain) for domain in domains]
        files.refuse_taken(places, force=force, option=option)
    elif not _folder_to_make(path, len(domains)):
        files.refuse_taken([target], force=force, option=option)
