"""
Letters in Cyrillic whose Latin addresses could pass for Cyrillic words with Latin letters slipped in.

A filter that looks for such words weighs the small Latin ``e`` of a message, its text part and its HTML
together, against what looks like one (SpamAssassin's MIXED_ES: more than twenty, and in number neither
nearly all nor next to none). Addresses are where a letter in Cyrillic has them. Host names mean the same in
capitals (RFC 4343; RFC 5321 section 2.4 for those of mail addresses), and no capital passes for a small
``е``: a letter of too many has its hosts in capitals, in the text part first; in what its HTML shows, and in
the Latin words of the firm's postal address, only where that is not enough. All others stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from enum import IntEnum

from mailsetup.kit.letter import LABEL, TARGET, UNLINK, Block, Letter, bare, with_links

MOST = 20  # small e; MIXED_ES begins above
SHARE = 0.4  # of Cyrillic to Latin e; with fewer, no letter in Cyrillic to MIXED_ES
LED_BY_BUTTON = ("button", "link", "ratings", "image")  # blocks whose HTML shows a label, never the address

_CYRILLIC_E = re.compile("[еёєэ]")
_HOST = re.compile(r"(?<=://)[^\s/?#\"'<>]+|(?<=[\w.+-]@)[\w-]+(?:\.[\w-]+)+")
_LATIN = re.compile(r"[a-z]+")


class Capitals(IntEnum):
    """Where hosts are written in capitals."""

    NOWHERE = 0
    IN_TEXT = 1
    EVERYWHERE = 2


def capitals(letter: Letter, text: Iterable[str]) -> Capitals:
    """Where a letter whose text part has those lines needs its hosts in capitals; the lines are read if need be."""
    if not _CYRILLIC_E.search(letter.subject + letter.preheader + "".join(b.text for b in letter.blocks[:3])):
        return Capitals.NOWHERE
    written, shown = "\n".join((letter.subject, *text)), "\n".join(_shown(letter))
    latin = written.count("e") + shown.count("e")
    if latin <= MOST or len(_CYRILLIC_E.findall(written + shown)) <= SHARE * latin:
        return Capitals.NOWHERE
    left = in_capitals(written).count("e") + shown.count("e")
    return Capitals.IN_TEXT if left <= MOST else Capitals.EVERYWHERE


def in_capitals(text: str) -> str:
    """The text with the hosts of its web and mail addresses in capitals; nothing else is changed."""
    return _HOST.sub(lambda host: host[0].upper(), text)


def seen_in_capitals(letter: Letter) -> Letter:
    """The letter with the hosts it shows, and the Latin words below it, in capitals; links lead where they led."""
    return replace(
        letter,
        blocks=tuple(_block(block, in_capitals) for block in letter.blocks),
        footer=tuple(_block(block, _upper) for block in letter.footer),
    )


def _block(block: Block, change: Callable[[str], str]) -> Block:
    if block.kind in LED_BY_BUTTON:
        return block

    def link(label: str, target: str) -> str:
        return f"{LABEL}{in_capitals(label)}{TARGET}{target}{UNLINK}"

    first = block.kind == "table"  # its rows begin with what they are
    return block._replace(
        rows=tuple(
            (*row[:first], *(with_links(cell, link, change) for cell in row[first:])) for row in block.rows
        )
    )


def _upper(text: str) -> str:
    return _LATIN.sub(lambda word: word[0].upper(), text)


def _shown(letter: Letter) -> Iterator[str]:
    """What the HTML of a letter shows or hides as words, as filters read it."""
    if not letter.template.html:
        return
    yield from (letter.brand.name_in(letter.locale), letter.subject, letter.preheader)
    for block in (*letter.blocks, *letter.footer):
        for row in block.rows:
            if block.kind in LED_BY_BUTTON:
                yield bare(row[0])
            else:
                yield from (bare(cell) for cell in row[block.kind == "table" :])
