"""Text from outside, made safe to show."""

from __future__ import annotations


def printable(text: str) -> str:
    """Text that is safe in a terminal: control, format and unassigned characters are shown as escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
