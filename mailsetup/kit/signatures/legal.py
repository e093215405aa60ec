"""The particulars of a company below its letters: what they say, and what a country asks for."""

from __future__ import annotations

import functools
from typing import NamedTuple

from mailsetup.model.brand import Brand

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
    "DE": tuple(Asked(key, _GERMAN) for key in ("name", "form", "seat", "register", "number", "directors")),
    "AT": tuple(Asked(key, _AUSTRIAN) for key in ("name", "form", "seat", "register", "number")),
    "GB": tuple(Asked(key, _BRITISH) for key in ("name", "number", "register", "office")),
    "US": tuple(Asked(key, "CAN-SPAM, 15 USC 7704") for key in ("street", "city", "postal_code")),
}
"""Only countries whose rule was read; for any other the block is shown for the owner to check."""


def missing(brand: Brand) -> tuple[Asked, ...]:
    """What the brand's country asks for in business letters and the brand does not say."""
    return tuple(asked for asked in ASKED.get(brand.legal.country, ()) if not _value(brand, asked.key))


def known(brand: Brand) -> bool:
    """Whether the rule of the brand's country is among those that were read."""
    return brand.legal.country in ASKED


def _value(brand: Brand, key: str) -> object:
    if key == "name":
        return brand.legal.name or brand.name
    return getattr(brand.legal, key, None) or getattr(brand.address, key, None)


def lines(brand: Brand, locale: str) -> tuple[str, ...]:
    """The block: who the company is, where it is registered, who answers for it."""
    said = words(locale)["legal"]
    own = {**said, **said.get(brand.legal.country, {})}
    legal = brand.legal
    name = legal.name or brand.name
    who = name if not legal.form or legal.form.lower() in name.lower() else f"{name} {legal.form}"
    facts = [
        own["registered_in"].format(register=legal.register) if legal.register else "",
        own["number"].format(number=legal.number.replace(" ", "\u00a0")) if legal.number else "",
        own["vat"].format(vat=legal.vat.replace(" ", "\u00a0")) if legal.vat else "",
        own["seat"].format(seat=legal.seat or legal.office) if legal.seat or legal.office else "",
        "" if legal.seat or legal.office else address(brand, locale),
    ]
    people = []
    if legal.directors:
        form = "directors_one" if len(legal.directors) == 1 else "directors_other"
        people.append(own[form].format(names=", ".join(legal.directors)))
    if legal.chair:
        people.append(own["chair"].format(name=legal.chair))
    if not (legal.name or legal.form or any(facts[:4]) or people):
        return (address(brand, locale),) if address(brand, locale) else ()
    first = BETWEEN.join(part for part in (who, *facts) if part)
    return tuple(line for line in (first, BETWEEN.join(people)) if line)


def address(brand: Brand, locale: str) -> str:
    """The firm's postal address on one line."""
    place = brand.address
    city = " ".join(part for part in (place.postal_code, place.city.read(locale)) if part)
    return ", ".join(
        part for part in (place.street.read(locale), city, country(place.country, locale)) if part
    )


@functools.cache
def country(code: str, locale: str) -> str:
    """A country's name for readers of a locale; its code where the locale is not known."""
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(locale.replace("-", "_")).territories.get(code, code))
    except (UnknownLocaleError, ValueError):
        return code
