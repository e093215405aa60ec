"""
The language that sentences are said in: a catalogue for this context, English where there is none.

A text's key in the catalogue is its English template, so nobody who says something needs to know that
there are other languages. Numbers choose words inside a template: ``{n} {n:record|records}``, in a
language with more forms ``{n} {n:запись|записи|записей}`` (the forms of gettext, in its order).
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Protocol

ENGLISH = "en"


class Catalogue(Protocol):
    """Texts by their English template; `gettext.GNUTranslations` with the name of its language."""

    language: str

    def gettext(self, message: str, /) -> str:
        """The text in this language; the same text where there is none."""
        ...

    def ngettext(self, singular: str, plural: str, number: int, /) -> str:
        """The text that goes with a number, where gettext's own plural texts are used."""
        ...

    def form(self, number: int, /) -> int:
        """Which of a word's forms goes with a number, counted from 0."""
        ...


_spoken: ContextVar[Catalogue | None] = ContextVar("spoken", default=None)


def speak(catalogue: Catalogue | None) -> None:
    """From here on, in this context, texts are said from a catalogue; ``None`` is English."""
    _spoken.set(catalogue)


def spoken() -> Catalogue | None:
    """The catalogue in use, ``None`` for English."""
    return _spoken.get()


def language() -> str:
    """The language in use: ``en``, ``ru``."""
    catalogue = _spoken.get()
    return ENGLISH if catalogue is None else catalogue.language


def translated(text: str) -> str:
    """A text without values in the language in use."""
    catalogue = _spoken.get()
    return text if catalogue is None or not text else catalogue.gettext(text)


def plural(singular: str, several: str, number: int) -> str:
    """A text of a page template that is written once for one and once for many."""
    catalogue = _spoken.get()
    if catalogue is None:
        return singular if english_form(number) == 0 else several
    return catalogue.ngettext(singular, several, number)


def english_form(number: int) -> int:
    """One is singular, everything else plural."""
    return 0 if number == 1 else 1


class Count(int):
    """A number that can choose a word: ``format(Count(2), "record|records")`` is ``records``."""

    catalogue: Catalogue | None = None

    def __format__(self, spec: str) -> str:
        if "|" not in spec:
            return super().__format__(spec)
        forms = spec.split("|")
        index = english_form(self) if self.catalogue is None else self.catalogue.form(self)
        return forms[min(index, len(forms) - 1)]


def counted(value: object, catalogue: Catalogue | None) -> object:
    """A number as `Count` in this language; anything else as it is."""
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    count = Count(value)
    count.catalogue = catalogue
    return count
