"""
What an HTML part shows: links, pictures, and how many letters of text.

Read here in one pass, because the parser of the standard library takes quadratic time on comments that
are opened again and again. What is never closed ends the reading, as nobody shows it either.
"""

from __future__ import annotations

import html
import re
from typing import NamedTuple

LINK_LIMIT = 2_000
ATTRIBUTES_LIMIT = 8_000  # characters of one tag's attributes that are looked at

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_HREF = re.compile(r"(?:\A|[\s\"'/])href\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>\"']+)", re.IGNORECASE)
HIDDEN = ("style", "script", "title")


class Link(NamedTuple):
    """Where a link leads and the words that are shown for it."""

    target: str
    shown: str


class Page(NamedTuple):
    """``images`` and ``letters`` count pictures and characters of visible text."""

    links: tuple[Link, ...] = ()
    images: int = 0
    letters: int = 0


class _Reading:
    """What was seen so far."""

    def __init__(self) -> None:
        self.links: list[Link] = []
        self.images = 0
        self.letters = 0
        self.target = ""
        self.shown: list[str] = []

    def words(self, text: str) -> None:
        """Visible text, of a link or not."""
        self.letters += len(text.strip())
        if self.target:
            self.shown.append(text)

    def end_link(self) -> None:
        """The link under way is whole."""
        if self.target and len(self.links) < LINK_LIMIT:
            self.links.append(Link(self.target, " ".join(_unescaped("".join(self.shown)).split())))
        self.target, self.shown = "", []

    def tag(self, name: str, attributes: str, closing: bool) -> None:
        """One tag."""
        if name == "a":
            self.end_link()
            match = None if closing else _HREF.search(attributes[:ATTRIBUTES_LIMIT])
            self.target = _unescaped(match[1].strip("\"'")).strip() if match else ""
        elif name == "img":
            self.images += 1


def read_page(text: str) -> Page:
    """Links, pictures and text of some HTML; no text makes it raise, and its time is linear."""
    reading = _Reading()
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = text  # letters whose lower case is longer would move every place
    at = 0
    while 0 <= at < len(text):
        start = text.find("<", at)
        reading.words(text[at:start] if start >= 0 else text[at:])
        if start < 0:
            break
        at = _after(text, lowered, start, reading)
    reading.end_link()
    return Page(tuple(reading.links), reading.images, reading.letters)


def _after(text: str, lowered: str, start: int, reading: _Reading) -> int:
    """The place after what begins at ``<``; -1 where it is never closed."""
    if text.startswith("<!--", start):
        end = text.find("-->", start + 4)
        return end + 3 if end >= 0 else -1
    following = text[start + 1 : start + 2]
    if following in ("!", "?"):
        end = text.find(">", start)
        return end + 1 if end >= 0 else -1
    if not (following.isalpha() or following == "/"):
        reading.words("<")
        return start + 1
    match = _TAG.match(text, start)
    if match is None:
        end = text.find(">", start)
        return end + 1 if end >= 0 and "<" not in text[start + 1 : end] else _next(text, start)
    name, closing = match[2].lower(), match[1] == "/"
    reading.tag(name, match[3], closing)
    if name in HIDDEN and not closing:
        end = lowered.find("</" + name, match.end())
        return end if end >= 0 else -1
    return match.end()


def _next(text: str, start: int) -> int:
    """The next tag after one that is broken."""
    return text.find("<", start + 1)


def _unescaped(text: str) -> str:
    try:
        return html.unescape(text)
    except (ValueError, OverflowError):
        return text
