"""Hunspell's dictionaries where this machine keeps them, as words that are spelt right or not."""

from __future__ import annotations

import functools
import itertools
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spylls.hunspell import Dictionary

NAMES = {"en": ("en_US", "en_GB", "en-US", "en-GB", "en"), "ru": ("ru_RU", "ru-RU", "ru")}
FOLDERS = (
    "/usr/share/hunspell",
    "/usr/share/myspell/dicts",
    "/usr/local/share/hunspell",
    "/opt/homebrew/share/hunspell",
    "~/.local/share/hunspell",
    "~/Library/Spelling",
    "/Library/Spelling",
)
VARIABLE = "DICPATH"  # Hunspell's own: folders to look in first


SUGGESTED = 3  # words that a finding names; who reads more of them looks the word up


@dataclass(frozen=True, slots=True)
class Hunspell:
    """The dictionaries of one language; none is loaded before its first word."""

    places: tuple[str, ...]

    def __call__(self, word: str) -> bool:
        """Whether a word is spelt right."""
        return _spelt(self.places, word)

    def suggest(self, word: str) -> tuple[str, ...]:
        """
        Up to `SUGGESTED` words that may have been meant, the nearest first.

        A slip or two apart, as Hunspell's rules of edits find them; its search of the whole dictionary for words
        of a like shape takes seconds here, and is left out.
        """
        return _suggested(self.places, word)


def spellers() -> Mapping[str, Hunspell]:
    """A speller for each language that has a dictionary here."""
    return MappingProxyType({lang: Hunspell(places) for lang in NAMES if (places := _places(lang))})


def _folders() -> Iterator[Path]:
    for name in os.environ.get(VARIABLE, "").split(os.pathsep):
        if name:
            yield Path(name)
    yield from (Path(name).expanduser() for name in FOLDERS)
    if sys.platform == "win32" and "APPDATA" in os.environ:
        yield Path(os.environ["APPDATA"]) / "hunspell"


@functools.cache
def _places(lang: str) -> tuple[str, ...]:
    """The dictionaries of a language by their paths without suffix: British words are right beside American ones."""
    found: dict[str, str] = {}
    for folder in _folders():
        for name in NAMES[lang]:
            if (folder / f"{name}.dic").is_file() and (folder / f"{name}.aff").is_file():
                found.setdefault(name.replace("-", "_"), str(folder / name))
    return tuple(found.values())


@functools.cache
def _dictionary(place: str) -> Dictionary:
    from spylls.hunspell import Dictionary

    found = Dictionary.from_files(place)
    found.aff.MAXNGRAMSUGS = 0  # hunspell(5): no search by n-grams
    return found


@functools.lru_cache(maxsize=100_000)
def _spelt(places: tuple[str, ...], word: str) -> bool:
    forms = dict.fromkeys((word, word.replace("ё", "е"), word.lower()))
    return any(_dictionary(place).lookup(form) for place in places for form in forms)


@functools.lru_cache(maxsize=10_000)
def _suggested(places: tuple[str, ...], word: str) -> tuple[str, ...]:
    """What each dictionary suggests, taken in turns; words cut in two come last."""
    told = [list(dict.fromkeys(_dictionary(place).suggest(word))) for place in places]
    found = dict.fromkeys(one for turn in itertools.zip_longest(*told) for one in turn if one)
    whole = [one for one in found if one.isalpha()]
    return tuple((*whole, *(one for one in found if one not in whole))[:SUGGESTED])
