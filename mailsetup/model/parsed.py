"""What reading a text gave: a value, and the faults with the place of each."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

from .message import Message
from .names import printable

T = TypeVar("T")


class Fault(NamedTuple):
    """
    One fault in a record's text.

    ``span`` is (start, end) in the text; ``code`` is the rulebook's code; ``replacement`` is what
    should stand in the place of ``span`` when that can be told, ``""`` meaning nothing at all.
    """

    span: tuple[int, int]
    text: Message
    cites: tuple[str, ...] = ()
    code: str = ""
    replacement: str | None = None

    def marked(self, record: str, width: int = 72) -> str:
        """The record's text with a ``~~~^`` marker under the fault, cut to ``width`` characters around it."""
        start, end = self.span
        first = max(0, min(start, len(record)) - width // 2)
        window = record[first : first + width]
        shown = [printable(c) for c in window]
        before = sum(map(len, shown[: start - first]))
        marked = max(1, sum(map(len, shown[start - first : end - first])))
        return "".join(shown) + "\n" + " " * before + "~" * (marked - 1) + "^"

    def __str__(self) -> str:
        return str(self.text)


class Parsed(NamedTuple, Generic[T]):
    """
    ``value`` is what could be read, None when nothing could; with ``faults`` it may be incomplete.

    A record counts as valid only when ``valid`` says so.
    """

    value: T | None
    faults: tuple[Fault, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether there is a value and nothing is wrong with it."""
        return self.value is not None and not self.faults
