"""Mends of HTML: an attribute, a style, a rule of a sheet, words between tags; all else stays as it was written."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Set

from . import css, guess
from .document import Document
from .markup import BLOCKS, RAW, Node
from .rule import Edit

Change = Callable[[str, str, Node | None], str | None]
"""A property, its value and its element (None in a sheet): what is declared instead, empty for nothing, None to keep."""

_ATTRIBUTE = re.compile(r"""\s*+([^\s"'<>/=]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'>]++))?""")
_FONT_FACE = re.compile(r"@font-face\s{0,20}\Z", re.IGNORECASE)
_BODY = re.compile(r"\{([^{}]*+)\}")


def attribute(node: Node, name: str) -> tuple[int, int, str] | None:
    """Where an attribute stands with the space before it, and its value as it reads; None where it is absent."""
    at = 1 + len(node.tag)
    while match := _ATTRIBUTE.match(node.tag_text, at):
        if match[1].lower() == name:
            raw = match[2] or ""
            bare = raw[1:-1] if raw[:1] in "\"'" and len(raw) > 1 else raw
            return node.offset + at, node.offset + match.end(), html.unescape(bare)
        at = match.end()
    return None


def with_attribute(node: Node, name: str, value: str) -> Edit:
    """An attribute set, in its place or behind the element's name."""
    written = value.replace("&", "&amp;").replace('"', "&quot;")
    at = node.offset + 1 + len(node.tag)
    start, end, _ = attribute(node, name) or (at, at, "")
    return Edit(start, end, f' {name}="{written}"')


def without_attribute(node: Node, name: str) -> tuple[Edit, ...]:
    """An attribute gone with the space before it."""
    found = attribute(node, name)
    return (Edit(found[0], found[1], ""),) if found is not None else ()


def styled(node: Node, *more: str) -> Edit:
    """Declarations behind those that an element has."""
    found = attribute(node, "style")
    text = found[2].rstrip().rstrip(";") if found is not None else ""
    return with_attribute(node, "style", ";".join((*((text,) if text else ()), *more)))


def redeclared(d: Document, change: Change) -> tuple[Edit, ...]:
    """Every declaration of a file, inline and in sheets, as `change` wants it."""
    if d.html is None or d.form != "html":
        return ()
    inline = (edit for node in d.html.nodes if node.inline for edit in restyled(node, change))
    return (*inline, *_resheeted(d, change))


def restyled(node: Node, change: Change) -> tuple[Edit, ...]:
    """The declarations of one element's style attribute as `change` wants them."""
    found = attribute(node, "style")
    if found is None:
        return ()
    kept: list[str] = []
    changed = False
    for part in css.split(found[2]):
        name, colon, value = part.partition(":")
        new = change(name.strip().lower(), " ".join(value.split()), node) if colon else None
        changed = changed or new is not None
        kept += [part] if new is None else [new] if new else []
    if not changed:
        return ()
    text = ";".join(kept).strip()
    return (with_attribute(node, "style", text),) if text.strip(";") else (Edit(found[0], found[1], ""),)


def _resheeted(d: Document, change: Change) -> Iterator[Edit]:
    for _, _, node in d.style_blocks:
        start, end = inside(d, node)
        for body in _BODY.finditer(d.html_text, start, end):
            if _FONT_FACE.search(d.html_text, max(start, body.start() - 40), body.start()):
                continue  # describes a font, dresses nothing (CSS Fonts 4 section 4.1)
            at = body.start(1)
            for part in css.split(body[1]):
                name, colon, value = part.partition(":")
                new = change(name.strip().lower(), " ".join(value.split()), None) if colon else None
                if new is not None:
                    lead = len(part) - len(part.lstrip())
                    yield Edit(at + lead, at + len(part.rstrip()), new)
                at += len(part) + 1


def without_in_sheets(d: Document, gone: str, bodies: Set[tuple[css.Declaration, ...]]) -> Iterator[Edit]:
    """One property out of the rules that hold certain declarations, those in at-rules left as they are."""
    for _, _, node in d.style_blocks if d.form == "html" else ():
        start, end = inside(d, node)
        depth, counted = 0, start
        for body in _BODY.finditer(d.html_text, start, end):
            depth += d.html_text.count("{", counted, body.start()) - d.html_text.count(
                "}", counted, body.start()
            )
            counted = body.end()
            if depth or css.declarations(body[1]) not in bodies:
                continue
            kept = [p for p in css.split(body[1]) if p.partition(":")[0].strip().lower() != gone]
            yield Edit(body.start(1), body.end(1), ";".join(kept))


def inside(d: Document, node: Node) -> tuple[int, int]:
    """Where what is between an element's tags stands; one that is not closed ends before what comes behind it."""
    start = node.offset + len(node.tag_text)
    one = node
    while one.inner_end < 0 and one.parent is not None:  # `DEPTH_LIMIT` bounds this
        after = next((c for c in one.parent.children if isinstance(c, Node) and c.offset > one.offset), None)
        if after is not None:
            return start, after.offset
        one = one.parent
    return start, one.inner_end if one.inner_end >= 0 else len(d.html_text)


def end_of(node: Node) -> int:
    """Where an element ends; where its start tag does if it has no end tag."""
    return node.end if node.end >= 0 else node.offset + len(node.tag_text)


def removed(node: Node) -> Edit:
    """An element gone with all inside it."""
    return Edit(node.offset, end_of(node), "")


def unwrapped(node: Node) -> tuple[Edit, ...]:
    """An element's tags gone, what is between them left."""
    tags = [Edit(node.offset, node.offset + len(node.tag_text), "")]
    if node.inner_end >= 0:
        tags.append(Edit(node.inner_end, node.end, ""))
    return tuple(tags)


def wrapped(d: Document, node: Node, tag: str, attributes: str) -> tuple[Edit, ...]:
    """All inside an element put into another one."""
    start, end = inside(d, node)
    if start == end:
        return (Edit(start, end, f"<{tag} {attributes}></{tag}>"),)
    return Edit(start, start, f"<{tag} {attributes}>"), Edit(end, end, f"</{tag}>")


def is_inline(node: Node) -> bool:
    """Whether nothing inside an element is a block."""
    return not any(one.tag in BLOCKS and one.tag != "br" for one in node.walk() if one is not node)


def page_of(d: Document) -> Node | None:
    """The element of the whole page; one that is lost in the middle is none."""
    return (
        next((n for n in d.html.nodes if n.tag == "html" and n.depth == 1), None)
        if d.html is not None
        else None
    )


def head_of(d: Document) -> Node | None:
    """The page's head."""
    heads = (
        (n for n in d.html.nodes if n.tag == "head" and not n.within("body")) if d.html is not None else ()
    )
    return next(iter(heads), None)


def in_head(d: Document, text: str) -> tuple[Edit, ...]:
    """Something at the end of the head; nothing where there is none."""
    head = head_of(d)
    if head is None or d.form != "html":
        return ()
    at = head.inner_end if head.inner_end >= 0 else head.offset + len(head.tag_text)
    return (Edit(at, at, text),)


def words(d: Document) -> Iterator[tuple[int, str, Node]]:
    """What is between tags and shown, as it stands in the file: offset, text with its character references, element."""
    if d.html is None:
        return
    for offset, node in d.html.words:
        if node.tag in RAW or node.within(*RAW) or node.hidden:
            continue
        end = d.html_text.find("<", offset + 1)
        yield offset, d.html_text[offset : end if end >= 0 else len(d.html_text)], node


def reworded(d: Document, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]) -> tuple[Edit, ...]:
    """What readers read, addresses left out, with every match of a pattern written anew; in texts and in pages."""
    if d.form == "eml":
        return ()
    pieces: Iterator[tuple[int, str]]
    pieces = _lines(d) if d.form == "text" else ((at, text) for at, text, _ in words(d))
    found: list[Edit] = []
    for at, text in pieces:
        masked = guess.URL.sub(lambda m: "_" * len(m[0]), text)
        for match in pattern.finditer(masked):
            if (after := new(match)) != match[0]:
                found.append(Edit(at + match.start(), at + match.end(), after))
    return tuple(found)


def _lines(d: Document) -> Iterator[tuple[int, str]]:
    at = 0
    for number, line in enumerate((d.text or "").split("\n")):
        if number or d.subject is None:
            yield at, line
        at += len(line) + 1
