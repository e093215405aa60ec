"""
Words that were perhaps meant, for the sentence that refuses an unknown one: only those a slip of the hand leads to.

A word is near when no more than one letter in three is wrong, missing, too much or changed places with its
neighbour, or when what was typed is a part of it: its beginning, or one of the pieces between ``-``, ``/``, ``.`` and ``_``.
A bolder guess (a share of common letters) proposes ``topsec`` to who typed ``nosuch``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

PART_LETTERS = 3  # the least a beginning or a piece must have to mean something
PIECES = 8  # of a word that are looked at
COMPARED = 60  # characters; no word of ours is longer, and what was typed may be
_PIECES = re.compile(r"[-/._ ]+")


def nearest(typed: str, known: Iterable[str], most: int = 1) -> list[str]:
    """At most ``most`` of the known words that are near to what was typed, the nearest first."""
    wanted = typed.strip().casefold()[:COMPARED]
    if not wanted:
        return []
    ranked = [(rank, word) for word in known if (rank := _rank(wanted, word.casefold())) is not None]
    ranked.sort(key=lambda pair: pair[0])
    return [word for _, word in ranked[:most]]


def _rank(typed: str, word: str) -> tuple[int, int] | None:
    """How far a word is from what was typed, None where it is not near; a piece of it counts after the whole."""
    whole = _slips(typed, word)
    if whole is not None:
        return whole, 0
    if len(typed) < PART_LETTERS:
        return None
    if word.startswith(typed):
        return 1, len(word)
    pieces = [piece for piece in _PIECES.split(word)[:PIECES] if len(piece) > PART_LETTERS]
    slips = [_slips(typed, piece) for piece in pieces]
    if "/" in word:  # a check without its family, or in another one
        slips.append(_slips(typed.rpartition("/")[2], word.rpartition("/")[2]))
    near = [count for count in slips if count is not None]
    return (min(near) + 1, len(word)) if near else None


def _slips(typed: str, word: str) -> int | None:
    """The slips from one to the other, None for more than one letter in three (at least one, never all)."""
    allowed = min(max(1, min(len(typed), len(word)) // 3), len(typed) - 1)
    if abs(len(typed) - len(word)) > allowed:
        return None
    count = _distance(typed, word)
    return count if count <= allowed else None


def _distance(one: str, other: str) -> int:
    """Optimal string alignment: letters changed, left out, put in, or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, row = row, [i]
        for j, wanted in enumerate(other, 1):
            least = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                least = min(least, before[j - 2] + 1)
            row.append(least)
        before = above
    return row[-1]
