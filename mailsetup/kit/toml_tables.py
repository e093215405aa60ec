"""TOML tables read key by key, so that every refusal names file, line and key, and the nearest known key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from mailsetup.model.brand import LocalText
from mailsetup.model.errors import InputError
from mailsetup.model.message import Message, say
from mailsetup.model.nearest import nearest
from mailsetup.model.reader_faults import reader_fault

from . import fields

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?\Z")


def load(text: str, origin: str) -> dict[str, Any]:
    """The whole file; `InputError` with the line that is no TOML."""
    try:
        return tomllib.loads(text)
    except ValueError as fault:  # a number of thousands of digits is one too
        said = str(fault)
        raise InputError(
            say(
                "{origin}: {said}; the file is TOML",
                origin=origin,
                said=reader_fault(said[:1].lower() + said[1:]),
            )
        ) from None
    except RecursionError:
        raise InputError(say("{origin}: is nested too deeply; the file is TOML", origin=origin)) from None


def line_of(text: str, table: str, key: str) -> int:
    """The line (from 1) where a key of a table stands; 0 where it is written in another way."""
    inside = table == ""
    found = 0
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]", line)
        if header:
            inside = header[1] == table
            found = found or (number if header[1] == f"{table}.{key}".strip(".") else 0)
        elif inside and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[.=]", line):
            return number
    return found


def at_line(origin: str, line: int) -> Message:
    """A place in a file."""
    return say("{origin}, line {line}", origin=origin, line=line)


def meant(near: Sequence[Sequence[str]]) -> Message:
    """The nearest word that is known."""
    return say("did you mean {near}?", near=near[0])


class Table:
    """One table of a file: its values, checked as they are taken, and whatever is left is unknown."""

    def __init__(self, values: Mapping[str, Any], name: str, source: str, origin: str) -> None:
        self._values = values
        self._name = name
        self._source = source
        self._origin = origin

    def refuse(self, key: str, why: Message | str) -> NoReturn:
        """Raises `InputError` with the place in front."""
        line = line_of(self._source, self._name, key) if key else 0
        place = at_line(self._origin, line) if line else self._origin
        label = f"[{self._name}] {key}".strip() if self._name else key
        raise InputError(say("{place}: {label} {why}", place=place, label=label, why=why))

    def only(self, *known: str) -> Table:
        """Refuses keys that are not known, with the nearest that is."""
        for key in self._values:
            if key not in known:
                near = nearest(key, known)
                hint = meant(near) if near else say("known are {known}", known=", ".join(known))
                self.refuse(key, say("is not a known key; {hint}", hint=hint))
        return self

    def table(self, key: str) -> Table:
        """A table within; an empty one where it is absent."""
        value = self._values.get(key, {})
        if not isinstance(value, dict):
            self.refuse(key, say("must be a table; write [{child}] above its keys", child=self._child(key)))
        return Table(value, self._child(key), self._source, self._origin)

    def tables(self, key: str) -> list[Table]:
        """A list of tables."""
        value = self._values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            self.refuse(
                key, say("must be a list of tables; write [[{child}]] above each", child=self._child(key))
            )
        return [Table(v, self._child(key), self._source, self._origin) for v in value]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are there."""
        return tuple(self._values)

    def has(self, key: str) -> bool:
        """Whether something was written for a key."""
        return bool(self._values.get(key, "") != "")

    def _child(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key

    def read(self, key: str, judge: Callable[[str], T], example: str = "") -> T:
        """A text passed through ``judge``, whose `ValueError` is put behind the place; ``""`` when absent."""
        value = self._values.get(key, "")
        if not isinstance(value, str):
            self.refuse(
                key,
                say("must be text in quotes, such as {key} = {example!r}", key=key, example=example)
                if example
                else say("must be text in quotes"),
            )
        try:
            return judge(value)
        except ValueError as fault:
            self.refuse(key, str(fault))

    def text(self, key: str, default: str = "") -> str:
        """One line of text."""
        return self.read(key, fields.text) or default

    def needed(self, key: str, example: str) -> str:
        """One line of text that must be there."""
        found = self.text(key)
        if not found:
            self.refuse(key, say('is missing; write {key} = "{example}"', key=key, example=example))
        return found

    def url(self, key: str) -> str:
        """A web address."""
        return self.read(key, fields.own_url)

    def email(self, key: str) -> str:
        """A mail address."""
        return self.read(key, fields.email)

    def file(self, key: str) -> str:
        """A file beside the brand's file."""
        return self.read(key, fields.relative_file)

    def choice(self, key: str, kind: type[E], default: E) -> E:
        """One of a closed set."""
        found = self.text(key)
        if not found:
            return default
        try:
            return kind(found)
        except ValueError:
            near = nearest(found, list(kind))
            hint = meant(near) if near else say("write one of {known}", known=", ".join(kind))
            self.refuse(key, say('is "{found}"; {hint}', found=found[:40], hint=hint))

    def number(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number within bounds."""
        value = self._values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.refuse(
                key,
                say(
                    "must be a whole number from {low} to {high}, such as {key} = {default}",
                    low=low,
                    high=high,
                    key=key,
                    default=default,
                ),
            )
        return value

    def amount(self, key: str, usual: float, most: float) -> float:
        """A number, whole or not, from nought to a bound."""
        value = self._values.get(key, usual)
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= most:
            self.refuse(key, say("must be a number, such as {key} = {usual}", key=key, usual=usual))
        return value

    def is_text(self, key: str) -> bool:
        """Whether a text stands there, and no list or table."""
        return isinstance(self._values.get(key, ""), str)

    def flag(self, key: str) -> bool:
        """True or false; false when absent."""
        value = self._values.get(key, False)
        if not isinstance(value, bool):
            self.refuse(key, say("must be true or false, without quotes"))
        return value

    def day(self, key: str) -> date | None:
        """A day, written as a date or as text."""
        value = self._values.get(key)
        return None if value in (None, "") else self._day(key, value)

    def days(self, key: str) -> tuple[date, ...]:
        """A list of days."""
        return tuple(self._day(key, value) for value in self._list(key))

    def _day(self, key: str, value: Any) -> date:
        if type(value) is date:
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.refuse(key, say("must be a day, such as {key} = 2027-01-31", key=key))

    def clock(self, key: str, default: time) -> time:
        """A time of day, written as a time or as text."""
        value = self._values.get(key, default)
        if isinstance(value, str):
            try:
                value = time.fromisoformat(value)
            except ValueError:
                self.refuse(key, say('must be a time of day, such as {key} = "09:00"', key=key))
        if not isinstance(value, time) or value.tzinfo is not None:
            self.refuse(key, say('must be a time of day, such as {key} = "09:00"', key=key))
        return value

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of lines of text."""
        if key not in self._values:
            return default
        return tuple(self._line(key, value) for value in self._list(key))

    def reasons(self, key: str) -> dict[str, str]:
        """Names and why: a table of texts, or a list of names, which says nothing."""
        value = self._values.get(key, [])
        return (
            {k: self._line(k, v) for k, v in value.items()}
            if isinstance(value, dict)
            else dict.fromkeys(self.texts(key), "")
        )

    def _list(self, key: str) -> list[Any]:
        value = self._values.get(key, [])
        if not isinstance(value, list):
            self.refuse(key, say('must be a list, such as {key} = ["..."]', key=key))
        if len(value) > 500:
            self.refuse(key, say("has {count} entries; at most 500 are taken", count=len(value)))
        return value

    def _line(self, key: str, value: Any) -> str:
        if not isinstance(value, str):
            self.refuse(key, say('must be a list of texts, such as {key} = ["..."]', key=key))
        try:
            return fields.text(value)
        except ValueError as fault:
            self.refuse(key, str(fault))

    def local(self, key: str) -> LocalText:
        """A text for every locale, or a table of one text a locale."""
        value = self._values.get(key, "")
        if isinstance(value, str):
            return LocalText.of(self._line(key, value))
        if not isinstance(value, dict):
            self.refuse(
                key,
                say(
                    'must be text, or one text a language, such as {key} = {{ en = "...", ru = "..." }}',
                    key=key,
                ),
            )
        for locale in value:
            if not LOCALE.match(locale):
                self.refuse(
                    key,
                    say('has "{locale}" where a language is wanted, such as en or ru', locale=locale[:20]),
                )
        return LocalText({k: self._line(key, v) for k, v in value.items() if v != ""})
