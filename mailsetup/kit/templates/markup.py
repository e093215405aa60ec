"""
The small language of letter texts, turned into one Jinja template with the same line numbers.

A blank line ends a paragraph. The first characters of a line say what it is:

    ## Heading                    a heading inside the letter
    - item / 1. step              lists
    = Label | value               a row of facts; one whose value is empty is left out
    |# Item | Price               the head of a table; "| a | b" a row, "|= Post | 9" a sum,
                                  "|== Total | 9" the sum of all
    > question                    a quotation of the customer
    @button {{ url }} Label       the one call to action; @link a second, quieter one
    @notice / @warning / @code    a box of its own
    @rate {{ url }} Label         one answer of a rating
    @image {{ url }} | alt | 300  a picture with its text and width
    @divider                      a line across
    @if x / @elif / @else / @end, @for x in xs / @end

``formal:`` or ``friendly:`` before a block keeps it for that voice. ``**bold**`` and
``[label]({{ url }})`` work inside any text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailsetup.kit.letter import (
    BLOCK,
    BOLD,
    FIELD,
    LABEL,
    LINK,
    NBSP,
    SAFE_TARGET,
    TARGET,
    UNBOLD,
    UNLINK,
    Block,
    bare,
)
from mailsetup.model.errors import InputError
from mailsetup.model.message import say

BLOCK_LIMIT = 1_000  # blocks of one letter

_VOICED = re.compile(r"(formal|friendly): ?")
_EXPRESSION = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})")
_INLINE_LINK = re.compile(r"\[([^\]\n]{1,200})\]\((\{\{[^{}\n]{1,200}\}\}|https?://[^\s()]{1,500})\)")
_LINK_AS_TARGET = re.compile(f"{TARGET}{LINK.pattern}{UNLINK}")  # a typed address brings its own label
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_DIRECTIVE = re.compile(r"@(\w+)[ \t]*(.*)\Z")
_AIM = re.compile(r"(\{\{.*?\}\}|\S+)[ \t]*(.*)\Z")

_FLOW = {"if": "{{% if {0} %}}", "elif": "{{% elif {0} %}}", "else": "{{% else %}}", "for": "{{% for {0} %}}"}
_BOXES = ("notice", "warning", "code")
_AIMED = ("button", "link", "rate")
_PREFIXES = (("## ", "heading"), ("- ", "item"), ("1. ", "step"), ("> ", "quote"), ("= ", "pair"))
_CELLS = (("|# ", "head"), ("|== ", "grand"), ("|= ", "total"), ("| ", "row"))
_MERGED = {
    "item": "list",
    "step": "steps",
    "pair": "pairs",
    "head": "table",
    "row": "table",
    "total": "table",
    "grand": "table",
}


def jinja_source(body: str, voice: str, first_line: int, origin: str, snippets: dict[str, str]) -> str:
    """The Jinja template of a body for one voice; line ``n`` of it is line ``n`` of the file, and every block says so."""
    made = enumerate(_lines(body, voice, first_line, origin, snippets), first_line)
    lines = "\n".join(line.replace(BLOCK, f"{BLOCK}{number}:") for number, line in made)
    return "\n" * (first_line - 1) + lines


def _lines(body: str, voice: str, first: int, origin: str, snippets: dict[str, str]) -> Iterator[str]:
    open_loops: list[str] = []
    inside = ""  # the kind of block the line before belongs to
    silent = False
    for number, line in enumerate(body.split("\n"), first):
        text = line.strip()
        if not text:
            inside, silent = "", False
            yield ""
            continue
        if match := _VOICED.match(text):
            text, silent, inside = text[match.end() :], match[1] != voice, ""
        directive = _DIRECTIVE.match(text)
        if silent and directive is None:
            yield ""
        elif directive is not None:
            inside = ""
            if silent:
                yield ""
            else:
                yield _directed(directive, open_loops, f"{origin}:{number}", snippets)
            silent = False
        else:
            kind, rest = _kind(text)
            if kind == "text" and inside == "text":
                yield _inline(rest)
            else:
                yield _begin(kind, rest)
            inside = kind
    if open_loops:
        raise InputError(
            say(
                "{origin}: an @{open_loops} is never ended; write @end on a line of its own",
                origin=origin,
                open_loops=open_loops[-1],
            )
        )


def _kind(text: str) -> tuple[str, str]:
    for prefix, kind in (*_PREFIXES, *_CELLS):
        if text.startswith(prefix):
            return kind, text[len(prefix) :]
    return "text", text


def _begin(kind: str, rest: str) -> str:
    if kind in ("pair", *(kind for _, kind in _CELLS)):
        return f"{BLOCK}{kind}{FIELD}" + FIELD.join(_inline(cell.strip()) for cell in cells(rest))
    return f"{BLOCK}{kind}{FIELD}{_inline(rest)}"


def cells(text: str) -> list[str]:
    """The cells of a row: ``|`` inside an expression is a filter, not a border."""
    found = [""]
    for part in _EXPRESSION.split(text):
        if _EXPRESSION.fullmatch(part):
            found[-1] += part
        else:
            first, *others = part.split("|")
            found[-1] += first
            found += others
    return found


def _inline(text: str) -> str:
    """Emphasis and links as marks; nothing inside an expression is touched."""
    linked = _INLINE_LINK.sub(lambda m: f"{LABEL}{m[1]}{TARGET}{m[2]}{UNLINK}", text)
    parts = _EXPRESSION.split(linked)
    if "**" not in linked:
        return linked
    held = [part for part in parts if _EXPRESSION.fullmatch(part)]
    joined = "".join("\x1a" if _EXPRESSION.fullmatch(part) else part for part in parts)
    marked = _BOLD.sub(lambda m: f"{BOLD}{m[1]}{UNBOLD}", joined)
    for expression in held:
        marked = marked.replace("\x1a", expression, 1)
    return marked


def _directed(match: re.Match[str], open_loops: list[str], place: str, snippets: dict[str, str]) -> str:
    word, rest = match[1], match[2].strip()
    if word in ("if", "for"):
        open_loops.append(word)
        return _FLOW[word].format(rest)
    if word in ("elif", "else") and open_loops and open_loops[-1] == "if":
        return _FLOW[word].format(rest)
    if word == "end" and open_loops:
        return f"{{% end{open_loops.pop()} %}}"
    if word in _BOXES and rest:
        return f"{BLOCK}{word}{FIELD}{_inline(rest)}"
    if word == "divider":
        return f"{BLOCK}divider{FIELD}"
    if word in _AIMED and (aim := _AIM.match(rest)) and aim[2]:
        return f"{BLOCK}{word}{FIELD}{aim[1]}{FIELD}{_inline(aim[2])}"
    if word == "image":
        return f"{BLOCK}image{FIELD}" + FIELD.join(cell.strip() for cell in cells(rest))
    if word in snippets:
        return snippets[word]
    known = ", ".join(sorted((*_FLOW, "end", *_BOXES, *_AIMED, "image", "divider", *snippets)))
    raise InputError(
        say(
            '{place}: "@{word}" cannot be used so here; there are {known}',
            place=place,
            word=word,
            known=known,
        )
    )


def blocks(marked: str, origin: str) -> tuple[Block, ...]:
    """The blocks of a letter that was filled in; neighbours of one list or table are put together."""
    found: list[Block] = []
    parts = marked.split(BLOCK)[1:]
    if len(parts) > BLOCK_LIMIT:
        raise InputError(
            say(
                "{origin}: has {count} blocks; a letter has at most {limit}",
                origin=origin,
                count=len(parts),
                limit=BLOCK_LIMIT,
            )
        )
    for part in parts:
        head, *cells = part.split(FIELD)
        numbers, _, kind = head.rpartition(":")
        line = int(numbers.partition(":")[0] or 0)
        _add(found, kind, tuple(_tidy(cell) for cell in cells), line)
    return tuple(found)


def _add(found: list[Block], kind: str, cells: tuple[str, ...], line: int) -> None:
    if kind == "pair":
        if not (len(cells) > 1 and cells[1]):
            return
    elif kind != "divider" and not any(cells):
        return
    whole = _MERGED.get(kind, "ratings" if kind == "rate" else kind)
    if kind in _AIMED or kind == "image":
        url = _target(cells[0])
        if kind == "image" and not SAFE_TARGET.match(url):
            return
        block = Block(whole, ((cells[1] if len(cells) > 1 else "", url, *cells[2:]),), url, (line,))
    elif whole == "table":
        block = Block(whole, ((kind, *cells),), "", (line,))
    else:
        block = Block(whole, (cells,), "", (line,))
    if found and found[-1].kind == whole and whole in ("list", "steps", "pairs", "table", "ratings"):
        found[-1] = found[-1]._replace(rows=found[-1].rows + block.rows, lines=found[-1].lines + block.lines)
    else:
        found.append(block)


def _target(cell: str) -> str:
    """Where a cell leads: the target of the link in it, or its text."""
    match = LINK.search(cell)
    return match[2] if match else bare(cell)


def _tidy(text: str) -> str:
    words = " ".join(word for word in re.split(r"[ \t\n]+", text) if word)
    return _LINK_AS_TARGET.sub(lambda m: f"{TARGET}{m[2]}{UNLINK}", words)


_TIES = {
    "ru": (
        (
            re.compile(
                r"(?<![\w-])([вкосуияаВКОСУИЯА]|не|на|по|до|из|от|за|во|ко|со|об|Не|На|По|До|Из|От|За|Мы|мы|вы) (?=\S)"
            ),
            rf"\1{NBSP}",
        ),
        (re.compile(r" (—)(?= )"), rf"{NBSP}\1"),
        (re.compile(r"(№) ?(?=\d)"), rf"\1{NBSP}"),
        (re.compile(r"(?<=\d) (?=[а-яё])"), NBSP),
    ),
    "en": ((re.compile(r" (–)(?= )"), rf"{NBSP}\1"),),
}


def tied(text: str, locale: str) -> str:
    """The text with words bound together that typographers of the language never part."""
    for pattern, replacement in _TIES.get(locale.partition("-")[0], ()):
        text = pattern.sub(replacement, text)
    return text
