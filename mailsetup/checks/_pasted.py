"""Quotation marks that were pasted along with a record: receivers see another text than its owner."""

from __future__ import annotations

from mailsetup.model.message import phrase
from mailsetup.model.patterns import late

# Straight and typographic ones, as letters or as octets of their UTF-8.
_QUOTED = late(r"\s*(?:[\"'\u2018-\u201f\xab\xbb]|\xe2\x80[\x98-\x9f]|\xc2[\xab\xbb])")

WITHOUT_QUOTES = phrase("Publish it without the quotation marks that were pasted along.")


def begins_quoted(text: str) -> bool:
    """Whether a text begins with a quotation mark that is part of it."""
    return _QUOTED.match(text) is not None
