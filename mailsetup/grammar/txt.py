"""TXT data in presentation form: texts cut into quoted strings of at most 255 octets (RFC 1035 section 3.3.14)."""

from __future__ import annotations

from mailsetup.model.dns import TXT, quoted


def chunks(text: str) -> tuple[bytes, ...]:
    """The character-strings of the record for a text; joined without spaces they give the text again."""
    return TXT.of(text).chunks


def presentation(text: str) -> str:
    """A text as TXT data in a master file: one quoted string, or several side by side."""
    return " ".join(quoted(chunk) for chunk in chunks(text))
