"""Character sets that letters are written in (RFC 2045 section 5.1), told from codecs that are none or cost too much."""

from __future__ import annotations

import codecs

NAME_LIMIT = (
    40  # characters of the name of a character set; the longest registered one has 45, and nobody's letters
)
ODD_CODES = frozenset(
    ("idna", "punycode", "undefined")
)  # of names and tests, never of letters; two are quadratic


def known(charset: str) -> bool:
    """Whether a character set is one that letters are written in."""
    try:
        return len(charset) <= NAME_LIMIT and codecs.lookup(charset).name not in ODD_CODES
    except (LookupError, ValueError):  # a NUL in the name
        return False
