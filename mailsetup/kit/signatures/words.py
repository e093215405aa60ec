"""The words of signatures and their install pages in one language: one TOML file a language."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

FALLBACK = "en"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi", "ps", "sd", "ug", "dv"})


@functools.cache
def words(locale: str, kind: str = "words") -> Mapping[str, Any]:
    """The words of a locale; those of its language, else English, where it has none."""
    folder = files(__package__)
    for name in (locale, locale.partition("-")[0], FALLBACK):
        source = folder.joinpath(f"{kind}.{name}.toml")
        if source.is_file():
            return tomllib.loads(source.read_text(encoding="utf-8"))
    raise AssertionError(f"the package has no {kind}.{FALLBACK}.toml")


def spoken() -> tuple[str, ...]:
    """The locales that have words of their own."""
    names = (item.name for item in files(__package__).iterdir())
    return tuple(sorted(n.split(".")[1] for n in names if n.startswith("words.") and n.endswith(".toml")))


def direction(locale: str) -> str:
    """``rtl`` or ``ltr``."""
    return "rtl" if locale.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


@functools.cache
def plural(locale: str, count: int) -> str:
    """The plural form (CLDR) of a count in a locale."""
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(locale.replace("-", "_")).plural_form(count))
    except (UnknownLocaleError, ValueError):
        return "other"


def promised(locale: str, hours: int) -> str:
    """The sentence that says by when a letter is answered."""
    forms = words(locale)["promise"]
    return str(forms.get(plural(locale, hours), forms["other"])).format(count=hours)
