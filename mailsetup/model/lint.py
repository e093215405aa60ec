"""What others say of a letter, for the lint to judge by."""

from __future__ import annotations

from typing import NamedTuple


class Points(NamedTuple):
    """A spam filter's sum for one letter and the names of rules that made it."""

    score: float
    rules: tuple[str, ...] = ()
