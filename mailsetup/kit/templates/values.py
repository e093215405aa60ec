"""What a letter is told: raw values from a file or a form become typed ones, or are refused by name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, NamedTuple

from mailsetup.kit import fields
from mailsetup.kit.letter import Variable, clean, shown
from mailsetup.model.brand import LocalText
from mailsetup.model.errors import InputError
from mailsetup.model.message import say

TEXT_LIMIT = 4_000  # characters of one value; a longer text is a letter of its own
ROWS_LIMIT = 500  # lines of an order or statement in one letter
SUM_LIMIT = Decimal(10) ** 15

_MONEY = re.compile(r"(-?[0-9]+(?:\.[0-9]{1,4})?) ([A-Z]{3})\Z")
_KIND = re.compile(r"([a-z]+)(\?)?\Z")

KINDS = ("text", "name", "code", "secret", "url", "email", "phone", "date", "time", "money", "int", "percent")
KINDS_OF_MANY = ("list", "urls", "rows", "order", "address", "record")

SHAPES: Mapping[str, Mapping[str, object]] = {
    "address": {
        "name": "text?",
        "street": "text",
        "city": "text",
        "postal_code": "text?",
        "country": "text?",
    },
    "order": {
        "no": "code",
        "date": "date",
        "lines": {"name": "text", "quantity": "int", "price": "money"},
        "shipping": "money?",
        "tax": "money?",
        "total": "money",
        "address": "address?",
    },
}


class Money(NamedTuple):
    """A sum and its currency (ISO 4217)."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Link:
    """A web address, mail address or telephone number: how it is shown, and where it leads."""

    label: str
    target: str

    @property
    def marked(self) -> str:
        """Marked text of the link."""
        return shown(self.label, self.target)

    def __str__(self) -> str:
        return self.label

    def __bool__(self) -> bool:
        return bool(self.label)


@dataclass(frozen=True, slots=True)
class Blank:
    """A value that is not known yet; ``marker`` is what stands in its place."""

    marker: str

    @property
    def marked(self) -> str:
        """The marker itself."""
        return clean(self.marker)

    def __str__(self) -> str:
        return self.marker


def variables(table: Mapping[str, object], origin: str) -> Mapping[str, Variable]:
    """The variables a table declares: ``name = "kind"``, with ``?`` an optional one, a table for rows."""
    found: dict[str, Variable] = {}
    for name, spec in table.items():
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
            raise InputError(
                say(
                    '{origin}: variables: "{name}" is not a name; write it as order_no',
                    origin=origin,
                    name=name,
                )
            )
        found[name] = _variable(name, spec, origin)
    return MappingProxyType(found)


def _variable(name: str, spec: object, origin: str, required: bool = True) -> Variable:
    if isinstance(spec, Mapping):
        return Variable(name, "rows", required, variables(spec, origin))
    match = _KIND.match(spec) if isinstance(spec, str) else None
    if match is None or match[1] not in (*KINDS, *KINDS_OF_MANY):
        known = ", ".join((*KINDS, "list", "urls", "order", "address"))
        raise InputError(
            say(
                '{origin}: variables.{name}: "{spec}" is not a kind; it is one of {known}',
                origin=origin,
                name=name,
                spec=str(spec),
                known=known,
            )
        )
    shape = SHAPES.get(match[1])
    parts = variables(shape, origin) if shape else MappingProxyType({})
    return Variable(name, match[1], not match[2], parts)


def typed(variable: Variable, raw: object, where: str) -> object:
    """A raw value as its kind demands; absent optional ones are empty. `InputError` names the value."""
    place = f"{where}: {variable.name}"
    if raw is None or raw == "" or raw == []:
        if variable.required:
            raise InputError(say("{place}: is missing; give it", place=place))
        return nothing(variable)
    if isinstance(raw, Blank):
        return raw
    try:
        return _read(variable, raw, place)
    except fields.Refused as fault:
        raise InputError(say("{place}: {fault}", place=place, fault=fault)) from None


def nothing(variable: Variable) -> object:
    """The empty value of a kind."""
    return () if variable.kind in ("list", "urls", "rows") else ""


def _read(variable: Variable, raw: object, place: str) -> object:
    match variable.kind:
        case "rows":
            return tuple(_record(variable, row, f"{place}[{n}]") for n, row in _many(raw, place))
        case "order" | "address":
            return _record(variable, raw, place)
        case "list":
            return tuple(_text(item, f"{place}[{n}]") for n, item in _many(raw, place))
        case "urls":
            return tuple(_link("url", _text(item, place)) for _, item in _many(raw, place))
        case "url" | "email" | "phone":
            return raw if isinstance(raw, Link) else _link(variable.kind, _text(raw, place))
        case "date" | "time":
            return _moment(variable.kind, raw, place)
        case "money":
            return raw if isinstance(raw, Money) else _money(_text(raw, place), place)
        case "int" | "percent":
            return _whole(raw, place)
    return _text(raw, place)


def _many(raw: object, place: str) -> enumerate[object]:
    if isinstance(raw, str) or not isinstance(raw, Sequence):
        raise InputError(say("{place}: is not a list; write it in [ ]", place=place))
    if len(raw) > ROWS_LIMIT:
        raise InputError(
            say(
                "{place}: has {count} entries; a letter shows at most {limit}",
                place=place,
                count=len(raw),
                limit=ROWS_LIMIT,
            )
        )
    return enumerate(raw, 1)


def _record(variable: Variable, raw: object, place: str) -> Mapping[str, object]:
    if not isinstance(raw, Mapping):
        raise InputError(
            say("{place}: has no parts; give {fields}", place=place, fields=", ".join(variable.fields))
        )
    unknown = [str(key) for key in raw if key not in variable.fields]
    if unknown:
        raise InputError(
            say(
                '{place}: has no part "{unknown}"; there are {fields}',
                place=place,
                unknown=unknown[0],
                fields=", ".join(variable.fields),
            )
        )
    return {name: typed(part, raw.get(name), place) for name, part in variable.fields.items()}


def _text(raw: object, place: str) -> str:
    if not isinstance(raw, str | int | Decimal):
        raise InputError(say("{place}: is no text; write it in quotes", place=place))
    text = str(raw)
    if len(text) > TEXT_LIMIT:
        raise InputError(
            say(
                "{place}: is {count} characters long; at most {limit} fit",
                place=place,
                count=len(text),
                limit=TEXT_LIMIT,
            )
        )
    return clean(text)


def _link(kind: str, text: str) -> Link:
    if kind == "url":
        address = fields.url(text)
        return Link(address, address)
    if kind == "email":
        address = fields.email(text)
        return Link(address, f"mailto:{address}")
    number = fields.phone(text, "")
    return Link(number.shown, number.uri)


def _moment(kind: str, raw: object, place: str) -> date | datetime:
    if isinstance(raw, datetime):
        return raw if kind == "time" else raw.date()
    if isinstance(raw, date) and kind == "date":
        return raw
    try:
        return datetime.fromisoformat(str(raw)) if kind == "time" else date.fromisoformat(str(raw)[:10])
    except ValueError:
        example = "2026-12-03T10:00" if kind == "time" else "2026-12-03"
        raise InputError(
            say(
                '{place}: "{raw}" is not a {kind}; write it as {example}',
                place=place,
                raw=str(raw),
                kind=kind,
                example=example,
            )
        ) from None


def _money(text: str, place: str) -> Money:
    match = _MONEY.match(text)
    try:
        amount = Decimal(match[1]) if match else None
    except InvalidOperation:
        amount = None
    if match is None or amount is None or abs(amount) > SUM_LIMIT:
        raise InputError(
            say('{place}: "{text}" is not a sum; write it as "12.90 EUR"', place=place, text=text)
        )
    return Money(amount, match[2])


def _whole(raw: object, place: str) -> int:
    try:
        number = int(str(raw))
    except ValueError:
        number = -1
    if not 0 <= number < 10**9:
        raise InputError(
            say('{place}: "{raw}" is not a whole number of at least 0', place=place, raw=str(raw))
        )
    return number


def blank(variable: Variable, marker: Any, path: str = "") -> object:
    """Markers in the shape of a variable; ``marker(path)`` gives the text, ``path`` is order.no."""
    path = f"{path}.{variable.name}" if path else variable.name
    if variable.kind in ("order", "address"):
        return {name: blank(part, marker, path) for name, part in variable.fields.items()}
    if variable.kind == "rows":
        return ({name: blank(part, marker, path) for name, part in variable.fields.items()},)
    if variable.kind == "list":
        return (Blank(marker(path)),)
    if variable.kind == "urls":
        return tuple(Blank(marker(f"{path}.{n}")) for n in range(1, 6))
    return Blank(marker(path))


def labelled(variable: Variable, labels: Mapping[str, Mapping[str, str]]) -> Variable:
    """The variable with what people call it, by locale."""
    texts = {locale: words[variable.name] for locale, words in labels.items() if variable.name in words}
    return Variable(variable.name, variable.kind, variable.required, variable.fields, LocalText(texts))
