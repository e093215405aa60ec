"""Days, times, sums and plurals in a language: the filters that texts of templates may use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from mailsetup.kit.letter import NBSP, clean
from mailsetup.model.errors import InputError
from mailsetup.model.message import say

from .values import Blank, Link, Money

Written = str | None


@lru_cache(maxsize=64)
def _babel(locale: str) -> Any:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(locale, sep="-")
    except (ValueError, UnknownLocaleError):
        raise InputError(
            say('locale "{locale}" is not known; write it as en, ru or pt-BR', locale=clean(locale))
        ) from None


def country(code: str, locale: str) -> str:
    """The name of a country by its ISO 3166 code; the code itself where the language has none."""
    return str(_babel(locale).territories.get(code.upper(), code))


def direction(locale: str) -> str:
    """``rtl`` or ``ltr``."""
    return str(_babel(locale).text_direction)


@lru_cache(maxsize=4096)
def _date(value: date, pattern: str, locale: str) -> str:
    from babel.dates import format_date, format_datetime

    if isinstance(value, datetime):
        return str(format_datetime(value, pattern, locale=_babel(locale)))
    return str(format_date(value, pattern, locale=_babel(locale)))


def _clock(value: datetime) -> str:
    return f"{value:%H:%M}"


@lru_cache(maxsize=4096)
def _sum(value: Money, locale: str) -> str:
    from babel.numbers import format_currency

    return str(format_currency(value.amount, value.currency, locale=_babel(locale)))


class Formats:
    """How one language writes days and times; ``patterns`` come from the locale's common file."""

    def __init__(self, locale: str, patterns: Mapping[str, Any]) -> None:
        self.locale = locale
        self.patterns = patterns

    def write(self, value: object) -> Written:
        """A value that stands alone in a text; None for one that is text already."""
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, Money):
            return _sum(value, self.locale)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return None

    def named(self, name: str, value: date) -> str:
        """A day in the pattern of that name, with the weekday as the language has it in such a phrase."""
        pattern = str(self.patterns.get(name, "d MMMM y"))
        weekdays = self.patterns.get("weekdays") or ()
        written = _date(value, pattern, self.locale)
        word = weekdays[value.isoweekday() - 1] if len(weekdays) == 7 else _date(value, "EEEE", self.locale)
        text = written.replace("@weekday", str(word))
        return text.replace("@clock", _clock(value) if isinstance(value, datetime) else "")

    def day(self, value: date) -> str:
        """A day with its year."""
        return self.named("day", value)

    def moment(self, value: datetime) -> str:
        """A day and the time of day."""
        return self.named("moment", value)

    def count(self, number: int, forms: tuple[str, ...]) -> str:
        """A number and its noun: the forms in the order of the language (one, few, many, other)."""
        form = _babel(self.locale).plural_form(number)
        order = [
            tag
            for tag in ("zero", "one", "two", "few", "many")
            if tag in _babel(self.locale).plural_form.tags
        ]
        place = order.index(form) if form in order else len(forms) - 1
        return f"{number}{NBSP}{forms[min(place, len(forms) - 1)]}"


def _formats(context: Context) -> Formats:
    found = context["_formats"]
    assert isinstance(found, Formats)
    return found


def _dated(name: str) -> Callable[..., object]:
    @pass_context
    def filtered(context: Context, value: object) -> object:
        if isinstance(value, date):
            return _formats(context).named(name, value)
        if isinstance(value, Blank):
            return value
        raise InputError(say('the filter "{name}" needs a date', name=name))

    return filtered


@pass_context
def _count(context: Context, value: object, *forms: str) -> object:
    if isinstance(value, Blank):
        return f"{value}{NBSP}{forms[-1]}"
    if not isinstance(value, int) or not forms:
        raise InputError(
            say('the filter "count" needs a whole number and its forms, such as count("day", "days")')
        )
    return _formats(context).count(value, forms)


@pass_context
def _clock_of(context: Context, value: object) -> object:
    return _clock(value) if isinstance(value, datetime) else value


@pass_context
def _place(context: Context, value: object) -> object:
    """A postal address on one line, its parts in the order of the language; what is empty is left out."""
    if not isinstance(value, Mapping):
        return value
    order = _formats(context).patterns.get("place") or ("name", "street", "postal_code", "city", "country")
    parts = (str(value.get(part) or "") for part in order)
    return ", ".join(part for part in parts if part)


def _label(value: object, text: str) -> object:
    """A link shown under another text."""
    return Link(text, value.target) if isinstance(value, Link) else value


def _length(value: object) -> object:
    return len(value) if isinstance(value, tuple | list) else 0


def filters() -> dict[str, Callable[..., object]]:
    """Every filter of letters, by name."""
    return {
        "day": _dated("day"),
        "date": _dated("date"),
        "weekday": _dated("weekday"),
        "deadline": _dated("deadline"),
        "clock": _clock_of,
        "count": _count,
        "label": _label,
        "length": _length,
        "place": _place,
    }
