"""
A letter before it has a form: blocks of marked text that HTML, plain text, drafts and exports are made of.

Marked text is plain text with control characters for what the author emphasised or linked. No value
of a brand, customer or colleague can hold one (`clean` takes them out), so none can forge a mark.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from mailsetup.model.brand import Brand, LocalText, Person

BLOCK, FIELD = "\x1e", "\x1f"
BOLD, UNBOLD = "\x02", "\x03"
LABEL, TARGET, UNLINK = "\x04", "\x05", "\x06"
BREAK = "\x0e"
NBSP = "\u00a0"

LINK = re.compile(f"{LABEL}([^{LABEL}{TARGET}{UNLINK}]*){TARGET}([^{LABEL}{TARGET}{UNLINK}]*){UNLINK}")
SAFE_TARGET = re.compile(r"(?:https?://|mailto:|tel:)[^\s<>\"\\^`{|}]+\Z", re.IGNORECASE)

# C0 and C1 controls, bidirectional overrides and isolates, marks without width, tags, a lone surrogate:
# what could forge a mark or a header, or turn the line around (Unicode Standard Annex 9).
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_LINE_ENDS = re.compile("\r\n?|[\n\x0b\x0c\x85\u2028\u2029]")


class Kind(StrEnum):
    """What sort of letter it is, for the law and for the headers."""

    TRANSACTIONAL = "T"
    REPLY = "R"
    AUTOMATIC = "A"
    MARKETING = "M"


class Shape(StrEnum):
    """How much of a frame a letter has."""

    PLAIN = "plain"
    CARD = "card"
    WIDE = "wide"


class Block(NamedTuple):
    """
    One piece of a letter.

    ``kind`` is text, heading, list, steps, pairs, table, quote, button, link, notice, warning, code,
    ratings, image, divider, greeting or closing. ``rows`` are its lines, each a tuple of cells; ``url``
    is where a button, link or image leads. Rows of a table begin with
    ``head``, ``row``, ``total`` or ``grand`` (the sum of all). ``lines`` are those of the template's text that the
    rows began on, 0 for what the text itself does not say.
    """

    kind: str
    rows: tuple[tuple[str, ...], ...] = ()
    url: str = ""
    lines: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The first cell."""
        return self.rows[0][0] if self.rows else ""


@dataclass(frozen=True, slots=True)
class Variable:
    """One thing a letter must be told. ``fields`` are the variables inside each row of a ``rows`` variable."""

    name: str
    kind: str
    required: bool = True
    fields: Mapping[str, Variable] = field(default_factory=lambda: MappingProxyType({}))
    label: LocalText = field(default_factory=LocalText)


@dataclass(frozen=True, slots=True)
class LetterSource:
    """
    The text of a template in one locale, as its file has it.

    ``body_line`` is the number of the line the body begins on. ``subjects`` and ``preheaders`` are keyed
    by voice, ``""`` for every voice. ``samples`` are values that show the letter filled in.
    """

    locale: str
    origin: str
    subjects: Mapping[str, str]
    preheaders: Mapping[str, str]
    body: str
    body_line: int
    samples: Mapping[str, Any]
    labels: Mapping[str, str]
    greeting: bool = True
    closing: bool = True


@dataclass(frozen=True, slots=True)
class Template:
    """One template: what it is for, what it must be told, and its text in each locale."""

    id: str
    kind: Kind
    shape: Shape
    variables: Mapping[str, Variable]
    locales: Mapping[str, LetterSource]
    purpose: LocalText = field(default_factory=LocalText)
    seed: str = ""
    structured: str = ""
    exported: bool = False
    unsubscribe: bool = False
    html: bool = True
    origin: str = ""
    left_out: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Rules of the lint that do not hold for it, with the reasons."""

    @property
    def group(self) -> str:
        """The first word of the id: the folder of models it belongs to."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to be given a form. ``values`` are the typed values it was made of."""

    template: Template
    brand: Brand
    sender: Person | None
    locale: str
    voice: str
    subject: str
    preheader: str
    blocks: tuple[Block, ...]
    footer: tuple[Block, ...]
    phrases: Mapping[str, str]
    values: Mapping[str, Any]
    blank: bool = False
    direction: str = "ltr"

    @property
    def name(self) -> str:
        """The template's id, for file names."""
        return self.template.id


def clean(text: str, *, line_end: str = BREAK) -> str:
    """A value without anything that could forge a mark, a header or a direction; line ends as ``line_end``."""
    if text.isprintable():
        return text
    lines = [_HARMFUL.sub("", line).replace("\t", " ") for line in _LINE_ENDS.split(text)]
    return line_end.join(lines)


def one_line(text: str) -> str:
    """Marked text as one plain line, without marks: for subjects, headers and file names."""
    return " ".join(bare(text).replace(BREAK, " ").split())


def bare(text: str) -> str:
    """Marked text without emphasis, links shown by their label."""
    return LINK.sub(lambda m: m[1], text).replace(BOLD, "").replace(UNBOLD, "")


def shown(label: str, target: str) -> str:
    """Marked text of a link; only its label where the target is no http, mailto or tel address."""
    if not SAFE_TARGET.match(target):
        return label
    return f"{LABEL}{label}{TARGET}{target}{UNLINK}"


def with_links(text: str, link: Callable[[str, str], str], words: Callable[[str], str]) -> str:
    """Marked text with each link written by ``link(label, target)`` and everything else by ``words``."""
    parts: list[str] = []
    at = 0
    for match in LINK.finditer(text):
        parts += (words(text[at : match.start()]), link(match[1], match[2]))
        at = match.end()
    return "".join((*parts, words(text[at:])))
