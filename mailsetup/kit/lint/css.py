"""Style sheets and style attributes as declarations, and lengths and colours in them; no text makes it raise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from mailsetup.kit import colors

SHEET_LIMIT = 200_000  # characters of one style block that are read

CONDITIONS_LIMIT = 8  # at-rules inside at-rules that are told apart; mail programs follow one

_LENGTH = re.compile(r"(-?(?:\d{1,7}+(?:\.\d{1,9}+)?|\.\d{1,9}+))\s*(px|pt|em|rem|%|)\Z")
_COLOR = re.compile(
    r"#[0-9a-fA-F]{3,8}\b|(?:rgba?|hsla?|hwb|oklch|oklab|lch|lab)\([^()]{0,100}\)|\b[a-zA-Z]{3,20}\b"
)
_IMPORTANT = re.compile(r"\s*important\Z", re.IGNORECASE)


class Declaration(NamedTuple):
    """One property and its value, lower case, without ``!important``."""

    name: str
    value: str


class Ranked(NamedTuple):
    """A value out of style sheets; of several the highest rank holds."""

    rank: tuple[int, int]
    value: str


class StyleRule(NamedTuple):
    """One rule: its selectors, the at-rules it stands in, how deep they are nested, its line in the block."""

    selectors: tuple[str, ...]
    declarations: tuple[Declaration, ...]
    conditions: tuple[str, ...]
    line: int


@lru_cache(maxsize=4096)
def declarations(text: str) -> tuple[Declaration, ...]:
    """What a style attribute, or the inside of a rule, sets."""
    found: list[Declaration] = []
    for part in split(uncommented(text)):
        name, colon, value = part.partition(":")
        if colon and name.strip():
            value, mark, end = value.strip().rpartition("!")
            value = value if mark and _IMPORTANT.match(end) else f"{value}{mark}{end}"
            one = Declaration(name.strip().lower(), " ".join(value.split()))
            found += (one, *longhands(one))
    return tuple(found)


_SIZE_WORDS = frozenset(
    ("xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "smaller", "larger")
)
_FONT_PARTS = {
    **dict.fromkeys(("italic", "oblique"), "font-style"),
    **dict.fromkeys(("bold", "bolder", "lighter", *(str(n) for n in range(100, 1000, 100))), "font-weight"),
    "small-caps": "font-variant",
}


def longhands(one: Declaration) -> tuple[Declaration, ...]:
    """What a ``font`` or ``background`` shorthand sets, one by one, as far as it is understood (CSS Fonts 4 section 2.7)."""
    if one.name == "background":
        solid = color(re.sub(r"url\([^()]*\)", " ", one.value))
        return (Declaration("background-color", solid),) if solid else ()
    if one.name != "font":
        return ()
    words = one.value.split()
    sized = [n for n, word in enumerate(words[:6]) if _is_size(word.split("/")[0])]
    if not sized:
        return ()
    size, _, height = words[sized[0]].partition("/")
    found = [Declaration(_FONT_PARTS[w.lower()], w) for w in words[: sized[0]] if w.lower() in _FONT_PARTS]
    found.append(Declaration("font-size", size))
    if height:
        found.append(Declaration("line-height", height))
    if words[sized[0] + 1 :]:
        found.append(Declaration("font-family", " ".join(words[sized[0] + 1 :])))
    return tuple(found)


def _is_size(word: str) -> bool:
    lower = word.lower()
    return lower in _SIZE_WORDS or lower.endswith("%") or (pixels(lower) is not None and not lower.isdigit())


def uncommented(text: str) -> str:
    """The text with the line ends of its comments alone; one that is never closed stays."""
    if "/*" not in text:
        return text
    found: list[str] = []
    at = 0
    while (start := text.find("/*", at)) >= 0 and (end := text.find("*/", start + 2)) >= 0:
        found += (text[at:start], "\n" * text.count("\n", start, end))
        at = end + 2
    return "".join((*found, text[at:]))


def split(text: str) -> Iterator[str]:
    """Declarations apart: text cut at semicolons outside quotes and brackets, nothing lost but those."""
    depth, quote, start = 0, "", 0
    for at, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == "(":
            depth += 1
        elif char == ")":
            depth = max(0, depth - 1)
        elif char == ";" and depth == 0:
            yield text[start:at]
            start = at + 1
    yield text[start:]


_BRACES = re.compile(r"[{}]|;")
_AT = re.compile(r"\s*@")


@lru_cache(maxsize=256)
def sheet(text: str) -> tuple[StyleRule, ...]:
    """The rules of a style block; those inside an at-rule name it in ``conditions``."""
    text = uncommented(text[:SHEET_LIMIT])
    rules: list[StyleRule] = []
    conditions: list[str] = []
    start = 0
    counted, line = 0, 1
    for match in _BRACES.finditer(text):
        at = match.start()
        if at < start or (match[0] == ";" and not _AT.match(text, start)):
            continue
        head = " ".join(text[start:at].split())
        line += text.count("\n", counted, at)
        counted = at
        if match[0] == ";":
            rules.append(StyleRule((head,), (), tuple(conditions[:CONDITIONS_LIMIT]), line))
            start = match.end()
        elif match[0] == "}":
            if conditions:
                conditions.pop()
            start = match.end()
        elif head.startswith("@") and not head.startswith("@font-face"):
            conditions.append(head)
            start = match.end()
        else:
            end = text.find("}", match.end())
            end = len(text) if end < 0 else end
            selectors = tuple(part.strip() for part in head.split(",") if part.strip())
            inside = tuple(conditions[:CONDITIONS_LIMIT])
            rules.append(StyleRule(selectors, declarations(text[match.end() : end]), inside, line))
            start = end + 1
    return tuple(rules)


def pixels(value: str, base: float = 16.0) -> float | None:
    """A length in CSS pixels; None where it is none, or is relative to something unknown."""
    match = _LENGTH.match(value.strip().lower())
    if match is None:
        return None
    factor = {"px": 1.0, "": 1.0, "pt": 4 / 3, "em": base, "rem": 16.0}.get(match[2])
    return None if factor is None else float(match[1]) * factor


@lru_cache(maxsize=1024)
def color(value: str) -> str:
    """The first colour in a value as ``#rrggbb``, on white where it lets the ground through; empty where there is none."""
    for match in _COLOR.finditer(value):
        try:
            return colors.parse(colors.solid(match[0]))
        except ValueError:
            continue
    return ""


def font_size(text: str) -> float | None:
    """A font size in pixels, also out of a ``font`` shorthand."""
    for word in text.split():
        if (size := pixels(word.split("/")[0])) is not None and not word.isdigit():
            return size
    return pixels(text)


def families(value: str) -> tuple[str, ...]:
    """Font families, first choice first, lower case."""
    return tuple(part.strip().strip("'\"").lower() for part in value.split(",") if part.strip())
