"""Comments that leave a rule out of a file: ``<!-- lint: off CSS-02 the shop's system writes it so -->``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .document import Document

REASON_LIMIT = 500  # characters of a reason that are kept
_ID = r"[A-Za-z][A-Za-z0-9]{2}-\d{1,3}"
_OFF = re.compile(
    rf"\s{{0,9}}lint:\s{{0,9}}off\b[ \t,]{{0,9}}((?:{_ID}\b[ \t,]{{0,9}})*)(.{{0,{REASON_LIMIT}}})", re.DOTALL
)
_TYPED = re.compile(rf"(?:<!--)?{_OFF.pattern}", re.DOTALL)


class Silence(NamedTuple):
    """One comment: its line, the rules it names, and why; ``reason`` is empty where it gives none."""

    line: int
    rules: tuple[str, ...]
    reason: str


def silences(document: Document) -> Iterator[Silence]:
    """All that leaves rules out: comments of the page, lines of a text, a table's lines."""
    yield from (Silence(line, (rule.upper(),), reason) for line, rule, reason in document.ignores)
    if "lint:" not in document.source and "lint:" not in document.html_text:
        return
    if document.html is not None:
        for line, text in document.html.comments:
            if match := _OFF.match(text):
                yield _silence(document.html_line_at(line), match)
    elif document.text is not None:
        for number, words in enumerate(document.text.split("\n")):
            if match := _TYPED.match(words):
                yield _silence(document.text_line_at(number), match)


def _silence(line: int, match: re.Match[str]) -> Silence:
    ids = tuple(id.upper() for id in re.findall(_ID, match[1]))
    return Silence(line, ids, " ".join(match[2].removesuffix("-->").split()).strip(" -–—:"))


def silenced(document: Document) -> dict[str, str]:
    """Rules that comments turn off, with the reason; a comment without a reason turns nothing off."""
    return {id: one.reason for one in silences(document) if one.reason for id in one.rules}
