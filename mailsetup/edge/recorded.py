"""
Recorded answers as a source: snapshot files, written whole or not at all, read within bounds.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from mailsetup.model.dns import Answer, DnsAnswer, DnsQuestion, Question
from mailsetup.model.errors import InputError
from mailsetup.model.message import phrase, say
from mailsetup.model.names import printable
from mailsetup.model.snapshot import Snapshot

from .files import Sentences, read_bounded, write_text
from .listed import selectors_by_domain
from .snapshot_json import parse_snapshots, several_text, snapshot_text
from .source import unasked

SIZE_LIMIT = 256 * 2**20  # octets of one file; a domain takes about 10,000
FILES_LIMIT = 200_000  # files of one folder

_DEVICES = frozenset(
    ["con", "prn", "aux", "nul"] + [f"{port}{i}" for port in ("com", "lpt") for i in range(10)]
)  # file names Windows takes for devices, with any ending


class Recorded:
    """
    A snapshot file, or a folder of them, as a source; what is not in it is `UNASKED`.

    Where several snapshots answer one question, the answer of the latest counts. Raises `InputError`
    naming file and line or key.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.snapshots: dict[str, Snapshot] = {}
        found = [(snapshot, file) for file in _files(Path(path)) for snapshot in read_snapshots(file)]
        self._oldest = min((snapshot.as_of for snapshot, _ in found), default="")
        found.sort(key=lambda pair: pair[0].as_of)
        self._answers: dict[Question, Answer] = {}
        for snapshot, _ in found:
            self.snapshots[snapshot.domain] = snapshot
            self._answers.update(snapshot.answers)
        for question, answer in _behind_aliases(self._answers):
            self._answers.setdefault(question, answer)
        self._selectors: Mapping[str, tuple[str, ...]] | None = None  # made when first asked for
        self.description = f"snapshot {printable(os.fspath(path))}"

    @property
    def as_of(self) -> str:
        """The time of the oldest snapshot, ISO 8601 in UTC; ``""`` when there is none."""
        return self._oldest

    def ask(self, question: Question) -> Answer:
        """The recorded answer, at once."""
        answer = self._answers.get(question)
        return unasked(question) if answer is None else answer

    def selectors(self, domain: str) -> tuple[str, ...]:
        """The DKIM selectors that were asked for below a domain, sorted."""
        if self._selectors is None:
            self._selectors = selectors_by_domain(texts_asked(self._answers))
        return self._selectors.get(domain, ())

    async def close(self) -> None:
        """Nothing is open."""


def texts_asked(questions: Iterable[Question]) -> Iterable[str]:
    """The names whose texts were asked for."""
    return (q.name for q in questions if isinstance(q, DnsQuestion) and q.rdtype == "TXT" and not q.server)


def _behind_aliases(answers: Mapping[Question, Answer]) -> list[tuple[Question, Answer]]:
    """
    What chains of aliases say of the names along them.

    A zone file over a recording leads to these names itself, and nobody asked for them when it was recorded.
    """
    return [
        (DnsQuestion(alias, question.rdtype), answer._replace(aliases=answer.aliases[at:]))
        for question, answer in answers.items()
        if isinstance(question, DnsQuestion) and isinstance(answer, DnsAnswer) and not question.server
        for at, alias in enumerate(answer.aliases, 1)
        if not answer.unknown
    ]


def _files(path: Path) -> Iterable[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(p for p in path.iterdir() if p.suffix in (".json", ".jsonl") and p.is_file())
    if not files:
        raise InputError(say("{path}: no snapshots (*.json) in this folder", path=str(path)))
    if len(files) > FILES_LIMIT:
        raise InputError(
            say("{path}: more than {limit} snapshots in one folder", path=str(path), limit=FILES_LIMIT)
        )
    return files


# Writing.


def snapshot_file_name(domain: str) -> str:
    """The file name of a domain's snapshot, safe on every file system: ``example.com.json``."""
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-._") else f"%{ord(c):02x}" for c in domain)
    if safe.split(".")[0].lower() in _DEVICES:
        safe = f"%{ord(safe[0]):02x}{safe[1:]}"
    return f"{safe or '%'}.json"


def write_snapshot(
    path: str | os.PathLike[str],
    snapshot: Snapshot | Sequence[Snapshot],
    *,
    force: bool = False,
    option: str = "--output",
) -> Path:
    """
    Writes one snapshot or several to a file, or into a folder under the domain's name.

    A file is whole or not there. Returns the path of the last; raises `InputError` when it cannot be
    written, or is there already and ``force`` is not given.
    """
    several = [snapshot] if isinstance(snapshot, Snapshot) else list(snapshot)
    target = Path(path)
    if target.is_dir():
        for one in several:
            target = Path(path) / snapshot_file_name(one.domain)
            write_text(target, snapshot_text(one), force=force, option=option)
        return target
    text = snapshot_text(several[0]) if len(several) == 1 else several_text(several)
    write_text(target, text, force=force, option=option)
    return target


# Reading.


def read_snapshot(path: str | os.PathLike[str]) -> Snapshot:
    """The one snapshot of a file. Raises `InputError` (file, and line or key)."""
    found = read_snapshots(path)
    if len(found) != 1:
        raise InputError(
            say("{path}: holds {count} snapshots where one is wanted", path=os.fspath(path), count=len(found))
        )
    return found[0]


def read_snapshots(path: str | os.PathLike[str]) -> list[Snapshot]:
    """All snapshots of a file: one document, ``{"snapshots": [...]}``, or one document a line."""
    shown = printable(os.fspath(path))
    return parse_snapshots(read_bounded(Path(path), shown, SIZE_LIMIT, TOLD), shown)


TOLD = Sentences(
    unreadable=phrase("{shown}: cannot be read ({reason}); give a snapshot file or folder"),
    too_large=phrase("{shown}: larger than {limit} MiB; record fewer domains a file"),
    not_text=phrase("{shown}, line {line}: not UTF-8 text; this is not a snapshot"),
)
