"""What comes of a file under ``kit lint``: its report, and its text as it is and as it would be mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailsetup.model.finding import DomainReport

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
