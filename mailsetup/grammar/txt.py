"""TXT data in presentation form: texts cut into quoted strings of at most 255 octets (RFC 1035 section 3.3.14)."""

from __future__ import annotations

from mailsetup.model.dns import TXT, quoted
from mailsetup.model.patterns import late

QUOTES_LIMIT = 32  # octets at the end of a text looked at for quotation marks; nobody pastes more of them


def chunks(text: str) -> tuple[bytes, ...]:
    """The character-strings of the record for a text; joined without spaces they give the text again."""
    return TXT.of(text).chunks


def presentation(text: str) -> str:
    """A text as TXT data in a master file: one quoted string, or several side by side."""
    return " ".join(quoted(chunk) for chunk in chunks(text))


# Straight and typographic quotation marks, byte order marks and white space, as letters or as octets of their UTF-8.
_AROUND = r"[\s\"'\u2018-\u201f\xab\xbb\ufeff]|\xe2\x80[\x98-\x9f]|\xc2[\xa0\xab\xbb]|\xef\xbb\xbf"
_BEFORE = late(rf"(?:{_AROUND})+")
_AFTER = late(rf"(?:{_AROUND})+\Z")


def unquoted(text: str) -> str:
    """A text without the quotation marks and the white space around it that were pasted along."""
    before = _BEFORE.match(text)
    rest = text[before.end() :] if before is not None else text
    tail = rest[-QUOTES_LIMIT:]
    return rest[: len(rest) - len(tail)] + _AFTER.sub("", tail)
