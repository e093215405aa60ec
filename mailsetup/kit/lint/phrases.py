"""Words and phrases that the rules look for, by language, out of ``phrases.<language>.toml``."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterator
from importlib import resources

LANGUAGES = ("en", "ru")


@functools.cache
def _table(lang: str) -> dict[str, list[str]]:
    text = resources.files(__package__).joinpath(f"phrases.{lang}.toml").read_text("utf-8")
    return tomllib.loads(text)


def listed(name: str, lang: str) -> tuple[str, ...]:
    """A list of one language, of all languages where that one is unknown; empty if there is no such list."""
    langs = (lang,) if lang in LANGUAGES else LANGUAGES
    return tuple(word for known in langs for word in _table(known).get(name, ()))


@functools.cache
def pattern(name: str, lang: str) -> re.Pattern[str]:
    """A list as one expression; entries are expressions, each from word to word."""
    words = "|".join(listed(name, lang)) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


def said(name: str, lang: str, text: str) -> bool:
    """Whether a text says something of a list."""
    return pattern(name, lang).search(text) is not None


def found(name: str, lang: str, text: str) -> Iterator[str]:
    """What a text says of a list, in its order."""
    return (match[0] for match in pattern(name, lang).finditer(text))
