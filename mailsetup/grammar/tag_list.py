"""Tag lists: ``name=value`` pieces between semicolons, with the place of each (RFC 6376 section 3.2)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from mailsetup.model.message import say
from mailsetup.model.parsed import Fault

FAULT_LIMIT: Final = 32  # a hostile text of 64 KB may hold 65,000 faults; nobody reads more than these
LISTS_REMEMBERED: Final = 1024
WHITE_SPACE: Final = " \t\r\n"  # FWS, RFC 6376 section 2.8
BLANKS: Final = " \t"  # WSP, RFC 5234 appendix B.1: what MTA-STS, TLS reporting and BIMI have in its place
CITES: Final = ("RFC 6376 section 3.2",)

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_FIELD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}\Z")  # RFC 8460 section 3, RFC 8461 section 3.1
_OUTSIDE_VALUE = {WHITE_SPACE: re.compile(r"[^\t\r\n\x20-\x7e]"), BLANKS: re.compile(r"[^\t\x20-\x7e]")}


class Tag(NamedTuple):
    """One piece: name and value without the white space around; ``start`` to ``end`` are its place in the text."""

    name: str
    value: str
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """Start and end of the whole piece, name to value."""
        return self.start, self.end

    @property
    def value_span(self) -> tuple[int, int]:
        """Start and end of the value."""
        return self.end - len(self.value), self.end


class TagList(NamedTuple):
    """Tags in their order, duplicates too; ``faults`` have the codes EMPTY, NO_EQUALS, NAME, CHARACTER, DUPLICATE."""

    tags: tuple[Tag, ...]
    faults: tuple[Fault, ...]

    def get(self, name: str) -> Tag | None:
        """The first tag of a name."""
        for tag in self.tags:
            if tag.name == name:
                return tag
        return None


@lru_cache(LISTS_REMEMBERED)
def tag_list(text: str, *, fold_case: bool = False, fields: bool = False, folded: bool = True) -> TagList:
    """
    The tags of a text; with ``fold_case`` their names in lower case (DMARC), else as written (DKIM).

    ``fields`` says that names are those of MTA-STS and TLS reporting, which may begin with a digit; with ``folded``
    line breaks may stand between the tags (DKIM).
    """
    white = WHITE_SPACE if folded else BLANKS
    tags: list[Tag] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    at = 0
    pieces = text.split(";")
    for number, piece in enumerate(pieces):
        start = at + len(piece) - len(piece.lstrip(white))
        end = at + len(piece.rstrip(white))
        if start >= end:
            if number < len(pieces) - 1:
                faults.append(
                    _fault(at, at + len(piece) + 1, "EMPTY", "there is nothing between two semicolons")
                )
        else:
            tag = _tag(text, start, end, faults, fold_case, white, _FIELD if fields else _NAME)
            if tag is not None:
                if tag.name in seen:
                    faults.append(
                        Fault(
                            tag.span,
                            say('the tag "{name}" stands there twice', name=tag.name),
                            CITES,
                            "DUPLICATE",
                            "",
                        )
                    )
                seen.add(tag.name)
                tags.append(tag)
        at += len(piece) + 1
    return TagList(tuple(tags), tuple(faults[:FAULT_LIMIT]))


def _tag(
    text: str, start: int, end: int, faults: list[Fault], fold_case: bool, white: str, names: re.Pattern[str]
) -> Tag | None:
    name, equals, value = text[start:end].partition("=")
    name = name.rstrip(white)
    if not equals:
        faults.append(_fault(start, end, "NO_EQUALS", '"{piece}" is not of the form name=value', piece=name))
        return None
    if not names.match(name):
        faults.append(
            _fault(
                start, start + max(1, len(name)), "NAME", '"{piece}" cannot be the name of a tag', piece=name
            )
        )
        return None
    if _OUTSIDE_VALUE[white].search(value):
        faults.append(
            _fault(
                start,
                end,
                "CHARACTER",
                'the value of "{piece}" holds characters that are not allowed',
                piece=name,
            )
        )
    return Tag(name.lower() if fold_case else name, value.strip(white), start, end)


def _fault(start: int, end: int, code: str, template: str, **values: object) -> Fault:
    return Fault((start, end), say(template, **values), CITES, code)


def amended(text: str, *, drop: tuple[str, ...] = (), **tags: str) -> str:
    """
    A tag list with some tags dropped, replaced or, after the first tags, added; the others as they were.

    Pieces that are no tags, and second tags of a name, are left out. Names are compared in lower case.
    """
    left = dict(tags)
    pieces: dict[str, str] = {}
    for tag in tag_list(text, fold_case=True).tags:
        if tag.name in drop or tag.name in pieces:
            continue
        pieces[tag.name] = f"{tag.name}={left.pop(tag.name, tag.value)}"
    out = list(pieces.values())
    place = 1 + ("p" in pieces)
    for name, value in left.items():
        where = 1 if name == "p" else place if name in ("sp", "np") else len(out)
        out.insert(where, f"{name}={value}")
        place += name == "p"
    return "; ".join(out)
