"""
A letter as plain text of at most 70 columns, written from its blocks and never scraped from HTML.

Columns are display columns. A web address stands whole, on its own line where it is longer, and no full
stop or comma touches its end. For drafts the same lines become ``format=flowed`` (RFC 3676).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from mailsetup.kit import lookalikes
from mailsetup.kit.letter import BREAK, NBSP, Block, Letter, bare, with_links
from mailsetup.kit.lookalikes import Capitals

WIDTH = 70
SEPARATOR = "-- "  # RFC 3676 section 4.3
DIVIDER = "-" * 24
CELL_GAP = 2
SUMS = ("total", "grand")  # rows of a table

_GLUED = re.compile(r"(https?://[^\s<>\"]*?[^\s<>\".,;:!?)\]»”…])([.,;:!?)\]»”…]+)(?=\s|\Z)")
_SPACES = re.compile(r"[ \t\n]+")
_WHOLE = re.compile(r"://|\bwww\.[^\s.]|[^\s@]@[^\s@]{1,255}\.[^\s@.]", re.IGNORECASE)


class Line(NamedTuple):
    """One line; ``soft`` where the paragraph goes on in the next."""

    text: str
    soft: bool = False


def write(letter: Letter) -> str:
    """The letter's text with a newline after each line."""
    return "".join(f"{line.text}\n" for line in lines(letter))


def unwrapped(letter: Letter) -> str:
    """The letter without its footer, a paragraph one line: for programs that wrap while one types."""
    parts: list[str] = []
    for line in of_blocks(letter.blocks):
        parts.append(line.text + (" " if line.soft else "\n"))
    return "".join(parts)


def flowed(letter: Letter) -> str:
    """The text as ``format=flowed``: soft line ends carry a space, what could be mistaken is stuffed with one."""
    return "".join(f"{_flowed(line)}\n" for line in lines(letter))


def _flowed(line: Line) -> str:
    if line.text == SEPARATOR:
        return line.text
    text = line.text.rstrip(" ")
    stuffed = " " + text if text.startswith((" ", "From ")) else text  # RFC 3676 section 4.4
    return stuffed + " " if line.soft and text else stuffed


def lines(letter: Letter) -> Iterator[Line]:
    """The lines of a letter, a blank one between blocks; the signature after ``-- ``."""
    made = _as_told(letter)
    where = hosts_in_capitals(letter)
    if where is Capitals.EVERYWHERE:
        made = _as_told(lookalikes.seen_in_capitals(letter))
    for line in made:
        yield line if where is Capitals.NOWHERE else Line(lookalikes.in_capitals(line.text), line.soft)


def hosts_in_capitals(letter: Letter) -> Capitals:
    """Where a letter in Cyrillic needs the hosts of its addresses in capitals."""
    return lookalikes.capitals(letter, (line.text for line in _as_told(letter)))


def _as_told(letter: Letter) -> Iterator[Line]:
    yield from of_blocks(letter.blocks)
    links = [n for n, block in enumerate(letter.footer, 1) if block.kind == "link"]
    leave = letter.footer[: max(links, default=0)]  # why it was sent and how to leave: no part of a signature
    if leave:
        yield from (Line(""), *of_blocks(leave))
    below = [line for line in of_blocks(letter.footer[len(leave) :], gap=False) if line.text]
    if below:
        yield from (Line(""), Line(SEPARATOR), *below)


def of_blocks(blocks: Iterable[Block], *, gap: bool = True) -> Iterator[Line]:
    """The lines of some blocks."""
    first = True
    for block in blocks:
        made = tuple(_block(block))
        if made and not first and gap:
            yield Line("")
        yield from made
        first = first and not made


def _block(block: Block) -> Iterator[Line]:
    match block.kind:
        case "heading":
            yield from _paragraph(block.text)
            yield Line(
                "-" * min(WIDTH, max((width(line.text) for line in _paragraph(block.text)), default=0))
            )
        case "list":
            for row in block.rows:
                yield from _paragraph(row[0], "- ", "  ")
        case "steps":
            for number, row in enumerate(block.rows, 1):
                yield from _paragraph(row[0], f"{number}. ", " " * (len(str(number)) + 2))
        case "pairs":
            yield from _pairs(block)
        case "table":
            yield from _table(block)
        case "quote":
            yield from _paragraph(block.text, "> ", "> ")
        case "button" | "link" | "ratings":
            for row in block.rows:
                yield from _action(row[0], row[1])
        case "image":
            if block.text:
                yield from _paragraph(f"[{block.text}]")
        case "divider":
            yield Line(DIVIDER)
        case "code":
            yield Line(f"    {_shown(block.text)}")
        case "closing":
            for cell in block.rows[0]:
                yield from _paragraph(cell)
        case _:
            yield from _paragraph(block.text)


def _action(label: str, url: str) -> Iterator[Line]:
    """What to do, and under it the address, alone on its line so that every program makes it a link."""
    yield from _paragraph(f"{label.rstrip('.:')}:")
    yield Line(url.replace(NBSP, " "))  # of an address still to be filled in


def _shown(text: str) -> str:
    """Marked text in words: a link as its label and address, a full stop kept away from it."""
    written = with_links(text, _link, lambda words: words)
    return _GLUED.sub(_apart, bare(written))


def _link(label: str, target: str) -> str:
    plain = target.removeprefix("mailto:").removeprefix("tel:")
    if target.startswith("tel:") or label.lower() in (target.lower(), plain.lower()):
        return label
    if label.lower() == plain.removeprefix("https://").rstrip("/").lower():
        return target
    return f"{label}: {plain if target.startswith('mailto:') else target}"


def _apart(match: re.Match[str]) -> str:
    rest = match.string[match.end() :].strip()
    if not rest and match[2] in (".", ",", ";"):
        return match[1]
    return f"{match[1]} {match[2]}"


@lru_cache(maxsize=8192)
def width(text: str) -> int:
    """Display columns of a text."""
    if text.isascii() and text.isprintable():
        return len(text)
    from wcwidth import wcswidth

    columns = wcswidth(text)
    return columns if columns >= 0 else len(text)


def _paragraph(text: str, first: str = "", rest: str = "") -> Iterator[Line]:
    """A paragraph in lines; ``first`` and ``rest`` stand before its first and its other lines."""
    shown = _shown(text)
    lead = first
    for part in shown.split(BREAK):
        made = tuple(wrapped(part, lead, rest))
        for number, line in enumerate(made):
            yield Line(line.replace(NBSP, " "), soft=number < len(made) - 1 and not lead.startswith(">"))
        if made:
            lead = rest


def wrapped(text: str, first: str = "", rest: str = "", *, columns: int = WIDTH) -> Iterator[str]:
    """Words in lines of at most ``columns``, an address whole; ``first`` and ``rest`` stand before them."""
    line, room = first, columns
    empty = True
    for word in _SPACES.split(text.strip(" \t\n")):
        for piece in _pieces(word, room - len(rest)):
            gap = "" if empty else " "
            stuffed = line.startswith("From ")  # takes one column more when it is flowed
            if not empty and width(line) + len(gap) + width(piece) + stuffed > room:
                yield line
                line, gap = rest, ""
            line += gap + piece
            empty = False
    if not empty and line.strip():
        yield line


def is_address(word: str) -> bool:
    """Whether a word leads somewhere, on the web or to a mailbox: cut in two it would lead nowhere."""
    return _WHOLE.search(word) is not None


def _pieces(word: str, room: int) -> Iterator[str]:
    """The word itself; one longer than a line, and no address, in pieces that fit."""
    if not word:
        return
    if width(word) <= room:
        yield word
        return
    if NBSP in word:
        for part in word.split(NBSP):
            yield from _pieces(part, room)
        return
    if is_address(word):
        yield word
        return
    piece = ""
    for character in word:
        if width(piece + character) > room:
            yield piece
            piece = ""
        piece += character
    yield piece


def _pairs(block: Block) -> Iterator[Line]:
    """Labels and values in two columns where both fit, else one below the other."""
    rows = [(bare(row[0]) + ":", row[1]) for row in block.rows if len(row) > 1]
    column = max((width(label) for label, _ in rows), default=0) + 1
    fits = column <= WIDTH // 2 and all(
        column + width(_shown(v)) <= WIDTH and BREAK not in v for _, v in rows
    )
    for label, value in rows:
        if fits:
            yield Line(f"{label}{' ' * (column - width(label))}{_shown(value)}".replace(NBSP, " "))
        else:
            yield from _paragraph(f"{label} {value}", "", "  ")


def _table(block: Block) -> Iterator[Line]:
    """Rows with the last columns to the right; the first column takes the room that is left."""
    rows = [(row[0], tuple(_shown(cell).replace(NBSP, " ") for cell in row[1:])) for row in block.rows]
    count = max(len(cells) for _, cells in rows)
    full = [(kind, _spread(kind, cells, count)) for kind, cells in rows]
    widths = [max(width(cells[n]) for _, cells in full) for n in range(count)]
    room = WIDTH - sum(widths[1:]) - CELL_GAP * (count - 1)
    if room < 12:
        for _, cells in rows:
            yield from _paragraph(", ".join(cell for cell in cells if cell), "- ", "  ")
        return
    widths[0] = min(widths[0], room)
    before = ""
    for kind, cells in full:
        if kind in SUMS and before not in SUMS:
            yield Line("-" * (sum(widths) + CELL_GAP * (count - 1)))
        yield from _row(cells, widths)
        if kind == "head":
            yield Line("-" * (sum(widths) + CELL_GAP * (count - 1)))
        before = kind


def _spread(kind: str, cells: tuple[str, ...], count: int) -> tuple[str, ...]:
    """A sum has its label at the left and its value at the right end, however many columns there are."""
    if kind in SUMS and len(cells) >= 2:
        return (cells[0], *[""] * (count - 2), cells[-1])
    return (*cells, *[""] * (count - len(cells)))


def _row(cells: tuple[str, ...], widths: list[int]) -> Iterator[Line]:
    names = list(_narrow(cells[0], widths[0])) or [""]
    if width(names[-1]) > widths[0]:  # an address, which nothing cuts: alone on its line
        names.append("")
    right = "".join(" " * (CELL_GAP + widths[n] - width(cell)) + cell for n, cell in enumerate(cells[1:], 1))
    for name in names[:-1]:
        yield Line(name)
    yield Line((names[-1] + " " * (widths[0] - width(names[-1])) + right).rstrip())


def _narrow(text: str, room: int) -> Iterator[str]:
    line = ""
    for word in _SPACES.split(text.replace(BREAK, " ").strip()):
        for piece in _pieces(word, room):
            if line and width(line) + 1 + width(piece) > room:
                yield line
                line = piece
            else:
                line = f"{line} {piece}" if line else piece
    if line:
        yield line
