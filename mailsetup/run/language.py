"""
Which language is spoken, and its catalogue.

A language is one folder ``mailsetup/locale/<code>``: its texts as ``<room>.po`` and, made from them
by ``make catalogues``, the one ``LC_MESSAGES/mailsetup.mo`` that is read here. English is in the code.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from mailsetup.model.errors import UsageError
from mailsetup.model.language import ENGLISH, Catalogue, speak
from mailsetup.model.message import say

DOMAIN = "mailsetup"
FOLDER = Path(__file__).parent.parent / "locale"
VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # POSIX.1 section 8.2, the first that is set decides


class Translations(gettext.GNUTranslations):
    """A catalogue read from its file."""

    language = ENGLISH

    def form(self, number: int, /) -> int:
        """Which of a word's forms goes with a number, by the catalogue's own Plural-Forms."""
        chosen: int = self.plural(abs(number))  # type: ignore[attr-defined]
        return chosen


@cache
def languages() -> tuple[str, ...]:
    """The codes there are: ``en`` and each folder with a catalogue."""
    found = [item.name for item in FOLDER.iterdir() if (item / "LC_MESSAGES" / f"{DOMAIN}.mo").is_file()]
    return (ENGLISH, *sorted(found))


@cache
def catalogue(language: str) -> Catalogue | None:
    """A language's texts; ``None`` for English; `UsageError` names the languages there are."""
    if language == ENGLISH:
        return None
    if language not in languages():
        raise UsageError(
            say(
                "--lang {given} is not there; there are {known}", given=language, known=", ".join(languages())
            )
        )
    with (FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        read = Translations(file)
    read.language = language
    return read


def wanted(environment: Mapping[str, str] | None = None) -> str:
    """The user's language by the environment, if it is one we speak; else English."""
    known = os.environ if environment is None else environment
    locale = next((known[v] for v in VARIABLES if known.get(v)), "")
    if locale.partition(".")[0] in ("C", "POSIX"):
        return ENGLISH
    for name in (*known.get("LANGUAGE", "").split(":"), locale):
        code = name.replace("-", "_").partition("_")[0].partition(".")[0].lower()
        if code in languages():
            return code
    return ENGLISH


def use(language: str) -> None:
    """Speaks a language from here on, the option parser's own sentences included."""
    found = catalogue(language or wanted())
    speak(found)
    if found is not None:
        gettext.bindtextdomain(DOMAIN, str(FOLDER))
        gettext.textdomain(DOMAIN)
        os.environ["LANGUAGE"] = found.language
