"""
Mends of a message's structure: a part written in another encoding, parts in another order, a text part that was missing.

Edits are in the octets of the file as `Document.source` holds them, one character an octet.
"""

from __future__ import annotations

import base64
import hashlib
import quopri
import re
from collections.abc import Iterator

from mailsetup.grammar.charset import known
from mailsetup.kit.plain_text import wrapped

from .document import Document
from .header_edits import FIELD, first_field
from .html_edits import is_inline
from .markup import Node
from .mime import Part
from .rule import Edit

PLAIN_SHARE = 0.6  # of ASCII octets from which on quoted-printable can still be read by people
META_CHARSET = re.compile(
    r"""(<meta\b[^<>]{0,200}?charset\s{0,9}=\s{0,9}["']?)([\w.:-]{1,40})""", re.IGNORECASE
)
_CHARSET = re.compile(r";\s*+charset\s*+=\s*+(\"[^\"]*+\"|[^\s;]++)", re.IGNORECASE)
_TEXTS = ("text/plain", "text/html")


def line_end(d: Document) -> str:
    """The line end of a file."""
    return "\r\n" if "\r\n" in d.source else "\n"


def with_field(head: str, name: str, value: str, end: str) -> str:
    """A header with one field of a name, written in the place of the first of them or behind all others; gone if empty."""
    at, done = first_field(head), not value
    kept = [head[:at]]
    while match := FIELD.match(head, at):
        at = match.end()
        if match[1].lower() != name.lower():
            kept.append(match[0] if match[0].endswith("\n") else match[0] + end)
        elif not done:
            kept.append(f"{name}: {value}{end}")
            done = True
    if not done:
        kept.append(f"{name}: {value}{end}")
    return "".join(kept) + (head[at:] or end)


def field(head: str, name: str) -> str:
    """A field's value on one line; empty where it is absent."""
    at = first_field(head)
    while match := FIELD.match(head, at):
        at = match.end()
        if match[1].lower() == name.lower():
            return " ".join(match[0].partition(":")[2].split())
    return ""


def recoded(d: Document, part: Part, text: str | None = None) -> tuple[Edit, ...]:
    """
    A part in an encoding that every server passes on: text in UTF-8, without NUL and byte order marks; `text` in its place.

    Nothing where its octets are not of the character set it names: which one it is would be a guess.
    """
    if part.type.startswith("multipart/"):
        return ()
    head = d.source[part.begin : part.offset]
    end = line_end(d)
    words = part.type in _TEXTS and part.disposition != "attachment"
    octets = part.octets
    if words:
        if text is None:
            text = characters(part)
        if text is None:
            return ()
        text = text.replace("\0", "").replace("\ufeff", "")
        if part.type == "text/html":
            text = META_CHARSET.sub(r"\1utf-8", text)
        octets = text.encode()
        kind = _CHARSET.sub("", field(head, "Content-Type")) or part.type
        head = with_field(head, "Content-Type", f"{kind}; charset=utf-8", end)
    name, body = encoded(
        octets, part.encoding, words, end, d.source[part.offset : part.offset + len(part.raw)]
    )
    head = with_field(head, "Content-Transfer-Encoding", name, end)
    if (head, body) == (d.source[part.begin : part.offset], part.raw):
        return ()
    return (Edit(part.begin, part.offset + len(part.raw), head + body),)


def characters(part: Part) -> str | None:
    """The text of a part, where its octets are of the character set it names, or of UTF-8 where it names none."""
    charset = part.charset or "utf-8"
    if not known(charset):
        return None
    try:
        return part.octets.decode("utf-8" if charset == "us-ascii" else charset)
    except (LookupError, UnicodeError):
        return None


def encoded(octets: bytes, encoding: str, words: bool, end: str, raw: str) -> tuple[str, str]:
    """The name of a transfer encoding, and octets in it: the one they had, where that is safe for every server."""
    plain = sum(octet < 128 for octet in octets) >= PLAIN_SHARE * len(octets)
    name = (
        encoding
        if encoding in ("quoted-printable", "base64")
        else "quoted-printable"
        if words and plain
        else "base64"
    )
    last = "" if not raw.endswith("\n") else end
    if name == "base64":
        inner = octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") if words else octets
        lines = base64.encodebytes(inner).decode("ascii").split("\n")[:-1]
        return name, end.join(lines) + last
    text = quopri.encodestring(octets.replace(b"\r\n", b"\n")).decode("ascii")
    return name, text.replace("\n", end)


def swapped(d: Document, first: Part, second: Part) -> tuple[Edit, ...]:
    """Two neighbours in each other's place; nothing where more than a boundary is between them."""
    ends = first.offset + len(first.raw), second.offset + len(second.raw)
    between = d.source[ends[0] : second.begin]
    if not re.fullmatch(r"\r?\n--[^\r\n]{1,70}[ \t]*\r?\n", between):
        return ()
    one, other = d.source[first.begin : ends[0]], d.source[second.begin : ends[1]]
    return (Edit(first.begin, ends[1], other + between + one),)


def alternatives(d: Document) -> tuple[Edit, ...]:
    """The message's parts offered as a choice instead of one after the other."""
    head = re.match(rf"(?:{FIELD.pattern})*+", d.source)
    value = field(head[0], "Content-Type") if head else ""
    if head is None or not value.lower().startswith("multipart/mixed"):
        return ()
    new = with_field(
        head[0], "Content-Type", "multipart/alternative" + value[len("multipart/mixed") :], line_end(d)
    )
    return (Edit(0, head.end(), new[: -len(line_end(d))]),)


def with_text(d: Document, page: Part) -> tuple[Edit, ...]:
    """The HTML part with its words as text before it."""
    end = line_end(d)
    head, raw = d.source[page.begin : page.offset], page.raw
    words = written(d)
    if not words.strip() or not d.visible.strip():
        return ()
    blank = next((p for p in d.parts if p.type == "text/plain" and p.disposition != "attachment"), None)
    if blank is not None:
        return recoded(d, blank, words)
    name, body = encoded(words.encode(), "", True, end, "\n")
    mark = "=-" + hashlib.sha256(page.octets).hexdigest()[:20]
    inner = "".join(
        f"{name}: {field(head, name)}{end}"
        for name in (
            "Content-Type",
            "Content-Transfer-Encoding",
            "Content-Disposition",
            "Content-ID",
            "Content-Language",
        )
        if field(head, name) and not (name == "Content-Language" and page.begin == 0)
    )
    outer = head
    for gone in ("Content-Transfer-Encoding", "Content-Disposition", "Content-ID"):
        outer = with_field(outer, gone, "", end)
    outer = with_field(outer, "Content-Type", f'multipart/alternative; boundary="{mark}"', end)
    text = f"Content-Type: text/plain; charset=utf-8{end}Content-Transfer-Encoding: {name}{end}{end}{body}"
    if not raw.endswith("\n"):
        raw += end
    new = f"{outer}--{mark}{end}{text}--{mark}{end}{inner}{end}{raw}--{mark}--{end}"
    return (Edit(page.begin, page.offset + len(page.raw), new),)


def written(d: Document) -> str:
    """The words of the HTML as plain text, addresses of its links on lines of their own."""
    assert d.html is not None
    found: list[str] = []
    told: set[str] = set()
    for block in _blocks(d.html.root):
        words = " ".join(block.words.split())
        lines = list(wrapped(words, *(("- ", "  ") if block.item else ("", "")))) if words else []
        for label, target in block.links:
            if target not in told:
                told.add(target)
                lines += [target] if label == words.strip() else [f"{label}:", target] if label else [target]
        if lines:
            joined = "\n".join(lines)
            found.append(
                joined if not (block.item and found and found[-1].startswith("- ")) else f"\0{joined}"
            )
    return "\n\n".join(found).replace("\n\n\0", "\n") + "\n"


class _Block:
    """Words of one block of a page, and where its links lead."""

    def __init__(self, *, item: bool) -> None:
        self.item = item
        self.words = ""
        self.links: list[tuple[str, str]] = []


def _cells(row: Node) -> list[Node]:
    """The cells of a row that is one line of a text: of words alone, more than one and not too many."""
    cells = [c for c in row.children if isinstance(c, Node)]
    fit = 1 < len(cells) <= ROW_LIMIT and all(is_inline(c) and c.text() for c in cells)
    return cells if fit else []


def _links(node: Node) -> Iterator[tuple[str, str]]:
    for one in node.all("a"):
        if one.get("href").startswith(("https://", "http://")):
            yield " ".join(one.text().split()), one.get("href").strip()


ROW_LIMIT = 12  # cells that fit on one line of a text


def _blocks(root: Node) -> Iterator[_Block]:
    from .markup import BLOCKS

    block = _Block(item=False)
    waiting: list[Node | str | None] = [root]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            block.words += one
        elif one is None:
            yield block
            block = _Block(item=False)
        elif not one.hidden:
            if one.tag == "tr" and (cells := _cells(one)):
                yield block
                block = _Block(item=False)
                block.words = ", ".join(" ".join(cell.text().split()) for cell in cells)
                block.links = [link for cell in cells for link in _links(cell)]
                yield block
                block = _Block(item=False)
                continue
            if one.tag in BLOCKS:
                yield block
                block = _Block(item=one.tag == "li")
                waiting.append(None)
            if one.tag == "img" and one.get("alt"):
                block.words += f" {one.get('alt')} "
            if one.tag == "a" and one.get("href").startswith(("https://", "http://")):
                block.links.append((" ".join(one.text().split()), one.get("href").strip()))
            waiting.extend(reversed(one.children))
    yield block
