"""What comes of a file under ``kit lint``: its report, and its text as it is and as it would be mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailsetup.model.finding import DomainReport
from mailsetup.model.message import Message

if TYPE_CHECKING:
    from mailsetup.kit.lint.mending import Change


@dataclass(frozen=True, slots=True)
class Linted:
    """
    One file, judged: ``source`` and ``mended`` are its text as it is and as it would be.

    ``left`` is the report once it is mended.
    """

    path: str
    report: DomainReport
    left: DomainReport | None = None
    source: str = ""
    mended: str = ""
    form: str = ""
    changes: tuple[Change, ...] = ()


def gained(before: DomainReport, after: DomainReport, *, written: bool) -> Message:
    """How many rules that fired are silent once the file is mended."""
    fired, left = ({v.check for v in report.verdicts if v.findings} for report in (before, after))
    counts = {"mended": len(fired - left), "n": len(fired)}
    if written:
        return Message("{mended} of the {n} rules that fired were mended; the others need you", counts)
    return Message("{mended} of the {n} rules that fired are mended by --write; the others need you", counts)
