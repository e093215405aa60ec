"""Hunspell's dictionaries where this machine keeps them, as words that are spelt right or not."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from mailsetup.kit.lint.document import Speller

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


def spellers() -> Mapping[str, Speller]:
    """A speller for each language that has a dictionary here; none is loaded before its first word."""
    found = {lang: places for lang in NAMES if (places := _places(lang))}
    return MappingProxyType({lang: functools.partial(_spelt, places) for lang, places in found.items()})


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
def _dictionary(place: str) -> Speller:
    from spylls.hunspell import Dictionary

    lookup = Dictionary.from_files(place).lookup

    def spelt(word: str) -> bool:
        return bool(lookup(word))

    return spelt


@functools.lru_cache(maxsize=100_000)
def _spelt(places: tuple[str, ...], word: str) -> bool:
    forms = dict.fromkeys((word, word.replace("ё", "е"), word.lower()))
    return any(_dictionary(place)(form) for place in places for form in forms)
