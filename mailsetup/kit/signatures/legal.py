"""The particulars of a company below its letters: what they say, and what a country asks for."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import NamedTuple

from mailsetup.model.brand import Brand, LocalText
from mailsetup.model.quotation import quoted

from .words import words


class Asked(NamedTuple):
    """A particular that a country asks for: a key of ``[legal]`` or ``[address]``, and where that is laid down."""

    key: str
    cites: str


BETWEEN = "\u00a0· "  # a line never begins with the dot

_GERMAN = "HGB 37a, GmbHG 35a, AktG 80"
_AUSTRIAN = "UGB 14"
_BRITISH = "Company, LLP and Business (Names and Trading Disclosures) Regulations 2015"

ASKED: dict[str, tuple[Asked, ...]] = {
    "DE": tuple(Asked(key, _GERMAN) for key in ("name", "form", "seat", "register", "number")),
    "AT": tuple(Asked(key, _AUSTRIAN) for key in ("name", "form", "seat", "register", "number")),
    "GB": tuple(Asked(key, _BRITISH) for key in ("name", "number", "register", "office")),
    "US": tuple(Asked(key, "CAN-SPAM, 15 USC 7704") for key in ("street", "city", "postal_code")),
}
"""Only countries whose rule was read; for any other the block is shown for the owner to check."""

_FORMS = re.compile(
    r"\b(?:g?GmbH|UG|AG|SE|KGaA|KG|OHG|OG|e\.\s?K\.|e\.\s?Kfm\.|e\.\s?Kfr\.|e\.\s?U\.|eG|PartG|e?GbR|FlexCo|FlexKapG)(?!\w)",
    re.IGNORECASE,
)
_WITH_DIRECTORS = re.compile(r"\b(?:g?GmbH|UG|AG|SE|KGaA)\b", re.IGNORECASE)  # GmbHG 35a, AktG 80
_WITH_BOARD = re.compile(r"\b(?:AG|SE|KGaA)\b", re.IGNORECASE)  # AktG 80
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_OF_PEOPLE = ("ИП", "КФХ")  # forms before the name of a person, which has no quotation marks
_SOLE_TRADER_DIGITS = 15  # ОГРНИП; a company's ОГРН has 13


def asked(brand: Brand) -> tuple[Asked, ...]:
    """What the brand's country asks for in business letters of a firm of its form."""
    found = ASKED.get(brand.legal.country, ())
    if brand.legal.country != "DE":
        return found
    form = _form(brand)
    if not form or _WITH_DIRECTORS.search(form):
        found += (Asked("directors", _GERMAN),)
    return (*found, Asked("chair", _GERMAN)) if _WITH_BOARD.search(form) else found


def missing(brand: Brand) -> tuple[Asked, ...]:
    """What the brand's country asks for in business letters and the brand does not say."""
    return tuple(one for one in asked(brand) if not _value(brand, one.key))


def _form(brand: Brand) -> str:
    """The legal form as it is given, or as the name ends."""
    match = _FORMS.search(brand.legal.name or brand.name)
    return brand.legal.form or (match[0] if match else "")


def known(brand: Brand) -> bool:
    """Whether the rule of the brand's country is among those that were read."""
    return brand.legal.country in ASKED


def _value(brand: Brand, key: str) -> object:
    if key == "name":
        return brand.legal.name or brand.name
    if key == "form":
        return _form(brand)
    return getattr(brand.legal, key, None) or getattr(brand.address, key, None)


def said(brand: Brand, key: str) -> tuple[str, ...]:
    """How a particular may read: a text, one in each language, or several names."""
    value = _value(brand, key)
    if isinstance(value, LocalText):
        return tuple(value.texts.values())
    return tuple(map(str, value)) if isinstance(value, tuple) else (str(value or ""),)


def lines(brand: Brand, locale: str) -> tuple[str, ...]:
    """The block: who the company is, where it is registered, who answers for it."""
    said = words(locale)["legal"]
    own = {**said, **said.get(brand.legal.country, {})}
    legal = brand.legal
    seat = legal.seat or legal.office
    place = address(brand, locale)
    facts = [
        own["registered_in"].format(register=legal.register) if legal.register else "",
        _whole(own[_number(own, legal.number)].format(number=legal.number)) if legal.number else "",
        _whole(own["vat"].format(vat=legal.vat)) if legal.vat else "",
        own["seat"].format(seat=seat) if seat else "",
        "" if seat and _says(seat, brand, locale) else place,
    ]
    people = _people(brand, own)
    if not (legal.name or legal.form or any(facts[:4]) or people):
        return (place,) if place else ()
    first = BETWEEN.join(part for part in (_who(brand, locale), *facts) if part)
    return tuple(line for line in (first, BETWEEN.join(people)) if line)


def _people(brand: Brand, own: Mapping[str, str]) -> list[str]:
    """Who answers for the company."""
    legal = brand.legal
    found = []
    if legal.directors:
        form = "directors_one" if len(legal.directors) == 1 else "directors_other"
        key = "board" if _WITH_BOARD.search(_form(brand)) else form
        found.append(own[key].format(names=", ".join(legal.directors)))
    if legal.chair:
        found.append(own["chair"].format(name=legal.chair))
    return found


def _who(brand: Brand, locale: str) -> str:
    """The name with its legal form: behind it, or before it where the form is written in Cyrillic (ООО «Ромашка»)."""
    form = brand.legal.form
    name = brand.legal.name or (brand.name_in(locale) if _CYRILLIC.search(form) else brand.name)
    if not form or re.search(rf"(?<!\w){re.escape(form)}(?!\w)", name, re.IGNORECASE):
        return name
    if not _CYRILLIC.search(form):
        return f"{name} {form}"
    return f"{form} {name if form.upper() in _OF_PEOPLE else quoted(name)}"


def _number(own: Mapping[str, str], number: str) -> str:
    """The key of the words for a register's number: Russia's sole traders have one of their own."""
    long = sum(map(str.isdigit, number)) == _SOLE_TRADER_DIGITS
    return "number_of_sole_trader" if long and "number_of_sole_trader" in own else "number"


def _whole(piece: str) -> str:
    """A piece that no line end divides."""
    return piece.replace(" ", "\u00a0")


def _says(seat: str, brand: Brand, locale: str) -> bool:
    """Whether the seat is the whole address, so that it need not be said twice."""
    streets = {brand.address.street.read(one) for one in (locale, *brand.locales.available)} - {""}
    return not streets or any(street.lower() in seat.lower() for street in streets)


def address(brand: Brand, locale: str) -> str:
    """The firm's postal address on one line."""
    place = brand.address
    parts = (place.street.read(locale), place.town(locale), country(place.country, locale))
    return ", ".join(part for part in parts if part)


@functools.cache
def country(code: str, locale: str) -> str:
    """A country's name for readers of a locale; its code where the locale is not known."""
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(locale.replace("-", "_")).territories.get(code, code))
    except (UnknownLocaleError, ValueError):
        return code
