"""Signatures as plain text: "-- " first, at most 70 columns, four lines, then the company's particulars."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable

from mailsetup.kit.plain_text import is_address
from mailsetup.model.brand import Layout

from .card import Card

SEPARATOR = "-- "  # RFC 3676 section 4.3
COLUMNS = 70
LINES = 4  # above the particulars
BETWEEN = " · "


def text(card: Card, layout: Layout) -> str:
    """The signature with its separator line; lines end in a line feed."""
    told = body(card, layout)
    apart = layout is Layout.LEGAL and len(told) > LINES  # nothing stands above the particulars
    return written([SEPARATOR, *([""] if apart else []), *told])


def written(lines: Iterable[str]) -> str:
    """Lines as a file has them: blanks that do not break have held words together where lines were cut, and go."""
    return "".join(line.replace("\u00a0", " ") + "\n" for line in lines)


def body(card: Card, layout: Layout) -> list[str]:
    """The lines below the separator."""
    small = particulars(card)
    if layout is Layout.LEGAL:
        return small or list(wrapped(card.company))
    if layout is Layout.REPLY:
        return _packed([card.title, *(phone.shown for _, phone in card.phones[-1:])])[:LINES]
    lines = _head_and_contacts(card, layout)
    return [*lines, *([""] if small else []), *small]


def _head_and_contacts(card: Card, layout: Layout) -> list[str]:
    """
    At most four lines: who it is, and how to reach him, which never goes.

    What is too long gives way first to last: department, site, the end of the role.
    """
    site = card.site.url if card.site else ""
    reached = [card.company, *(phone.shown for _, phone in card.phones), card.email]
    if layout is Layout.TEAM:
        return (_packed([card.title, card.promise, card.hours]) + _packed([*reached, site]))[:LINES]
    for position, last in ((card.position, site), (card.role, site), (card.role, "")):
        lines = _packed([card.title, position], ", ") + _packed([*reached, last])
        if len(lines) <= LINES:
            return lines
    name, contacts = _packed([card.title]), _packed(reached)
    return (name + _shortened(card.role, LINES - len(name) - len(contacts)) + contacts)[:LINES]


def _shortened(role: str, lines: int) -> list[str]:
    """The first lines of a role, cut at a word where it goes on."""
    if lines < 1 or not role:
        return []
    told = list(wrapped(role))
    if len(told) <= lines:
        return told
    last = told[lines - 1]
    while " " in last and width(last) > COLUMNS - 2:
        last = last.rpartition(" ")[0]
    return [*told[: lines - 1], f"{last.rstrip(',')} …"[:COLUMNS]]


def particulars(card: Card) -> list[str]:
    """The company's particulars, wrapped."""
    parts = (*card.notice, *card.certifications, *card.legal, card.disclaimer, card.environment)
    return [line for part in parts if part for line in wrapped(part)]


def _packed(parts: Iterable[str], between: str = BETWEEN) -> list[str]:
    """As many parts on a line as fit; a part is cut only where it alone is too wide."""
    lines: list[str] = []
    for part in filter(None, parts):
        if lines and width(lines[-1] + between + part) <= COLUMNS:
            lines[-1] += between + part
        else:
            lines.extend(wrapped(part))
    return lines


def wrapped(line: str, columns: int = COLUMNS) -> Iterable[str]:
    """A line cut at spaces; a word wider than a line is cut too, unless it is an address, which stays whole."""
    current = ""
    for word in line.split(" "):
        for piece in (word,) if is_address(word) else _pieces(word, columns):
            if current and width(current) + 1 + width(piece) > columns:
                yield current
                current = ""
            current = f"{current} {piece}" if current else piece
    if current:
        yield current


def _pieces(word: str, columns: int) -> Iterable[str]:
    while width(word) > columns:
        cut = _fitting(word, columns)
        yield word[:cut]
        word = word[cut:]
    yield word


def _fitting(word: str, columns: int) -> int:
    used = 0
    for index, character in enumerate(word):
        used += width(character)
        if used > columns:
            return max(1, index)
    return len(word)


@functools.lru_cache(maxsize=4096)
def width(text: str) -> int:
    """Columns that a text takes in a terminal (Unicode Standard Annex 11)."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@functools.cache
def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
