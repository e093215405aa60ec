"""
Lines as wide as whoever reads them has room: prose and tables fold, a record to paste stays whole.

On a terminal its columns count, as far as a line that is read with ease goes; elsewhere lines are as
wide as they always are, so that a file does not depend on the window it was made in, and a table's row is one line.
"""

from __future__ import annotations

import textwrap
from contextvars import ContextVar

from .printing import printable

USUAL = 80
PAGE = 104  # of a manual's prose, as in its source
NARROWEST = 40  # below it more is torn than gained
READABLE = 24  # columns that the last column of a table needs beside the others

_columns: ContextVar[int | None] = ContextVar("columns", default=None)


def fit(columns: int | None) -> None:
    """From here on, in this context, lines go to a terminal of so many columns; ``None`` is no terminal."""
    _columns.set(columns)


def width(usual: int = USUAL) -> int:
    """The columns of a line: the usual ones, or fewer on a narrower terminal."""
    columns = _columns.get()
    return usual if columns is None else min(usual, max(columns, NARROWEST))


def folded(text: str, first: str = "", rest: str | None = None, *, usual: int = USUAL) -> list[str]:
    """A text safe to show in lines, those after the first as far in as its text, or as ``rest``; words stay whole."""
    if not text:
        return []
    return textwrap.wrap(
        printable(text),
        width(usual),
        initial_indent=first,
        subsequent_indent=" " * len(first) if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def room_for(at: int, needs: int = READABLE) -> bool:
    """Whether a table's last column, which ``needs`` so much, can stand ``at`` a column; in a file there is room for any."""
    return _columns.get() is None or width() - at >= needs


def row(lead: str, text: str, at: int, below: str = "    ", needs: int = READABLE) -> list[str]:
    """A table's row, its last column ``at`` so many: folded under itself, or under the ``lead`` where there is no room."""
    if _columns.get() is None:
        return [f"{lead:<{at}}{printable(text)}"]
    if room_for(at, needs):
        return folded(text, f"{lead:<{at}}", " " * at)
    indent = " " * (len(lead) - len(lead.lstrip()))
    return [*folded(lead.strip(), indent, indent + "  "), *folded(text, below)]
