"""People of a firm: ``people.csv`` (or ``[[people]]`` of the brand) as a tuple of `Person`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping

from mailsetup.model.brand import NO_PHONE, Layout, Locales, LocalText, Person, Phone
from mailsetup.model.errors import InputError
from mailsetup.model.message import Message, say
from mailsetup.model.nearest import nearest

from . import fields
from .toml_tables import LOCALE, Table, at_line, meant

NEEDED = ("name",)
PLAIN = (
    "id",
    "name",
    "role",
    "email",
    "phone",
    "mobile",
    "photo",
    "layout",
    "team",
    "locale",
    "honorific",
    "pronouns",
    "department",
    "whatsapp",
    "telegram",
    "vk",
    "booking",
)
LOCAL = ("name", "role", "department")
"""Columns that may be repeated a language, as ``name_ru``."""

PEOPLE_LIMIT = 100_000
PHONES = 3  # of one person in one cell
_BETWEEN_PHONES = re.compile(r"\s*;\s*|\s+/\s+")
FIELD_LIMIT = 2000  # characters of one cell
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}\Z")
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))]
)
"""Names that Windows keeps for devices, with or without an extension."""

_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch . y . e yu ya".replace(".", "").split(
            " "
        ),
        strict=True,
    )
)


def decode(data: bytes, origin: str = "people.csv") -> str:
    """
    The text of a table: UTF-8 with or without BOM, or UTF-16 with one.

    Anything else is refused with what to do; a table that reads as Russian in Windows-1251 is named so.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise InputError(say("{origin}: is broken UTF-16; save it as CSV UTF-8", origin=origin)) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        kind = say("looks like Windows-1251 (cp1251)") if _reads_as_russian(data) else say("is not UTF-8")
        raise InputError(
            say(
                '{origin}, line {line}: {kind}; save the table as "CSV UTF-8" (in Excel: Save as, '
                "CSV UTF-8; in LibreOffice: character set UTF-8)",
                origin=origin,
                line=line,
                kind=kind,
            )
        ) from None


def _reads_as_russian(data: bytes) -> bool:
    text = data[:100_000].decode("cp1251", errors="replace")
    high = [c for c in text if ord(c) > 127]
    return bool(high) and sum("а" <= c.lower() <= "я" or c in "ёЁ№«»—" for c in high) >= 0.9 * len(high)


def parse(text: str, country: str, locales: Locales, origin: str = "people.csv") -> tuple[Person, ...]:
    """
    Everybody in a table; comma, semicolon or tab between cells.

    `InputError` names line and column: a column that is unknown or missing, a cell that cannot be used,
    two people with one id.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    csv.field_size_limit(max(csv.field_size_limit(), 200_000))
    try:
        header = _header(next(reader, []), origin)
        found: list[tuple[int, Person]] = []
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            found.append((reader.line_num, _row(row, header, reader.line_num, country, locales, origin)))
            if len(found) > PEOPLE_LIMIT:
                raise InputError(
                    say("{origin}: has more than {limit} people; split it", origin=origin, limit=PEOPLE_LIMIT)
                )
    except csv.Error as fault:
        raise InputError(
            say(
                "{origin}, line {line}: {fault}; close every quotation mark on its own line",
                origin=origin,
                line=reader.line_num,
                fault=fault,
            )
        ) from None
    if not found:
        raise InputError(say("{origin}: has a header but nobody in it; add one line a person", origin=origin))
    return _distinct(found, lambda line: str(at_line(origin, line)))


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _header(row: list[str], origin: str) -> list[str]:
    names = [cell.strip().lower() for cell in row]
    if not any(names):
        raise InputError(
            say(
                "{origin}: is empty; its first line must name the columns: {columns}",
                origin=origin,
                columns=",".join(PLAIN[:10]),
            )
        )
    for name in names:
        base, _, locale = name.rpartition("_")
        if name in PLAIN or (base in LOCAL and LOCALE.match(locale)):
            continue
        near = nearest(name, PLAIN)
        hint = (
            meant(near)
            if near
            else say("known are {known} and {local}", known=", ".join(PLAIN), local="name_ru, role_ru")
        )
        raise InputError(
            say(
                '{origin}, line 1: column "{name}" is not known; {hint}',
                origin=origin,
                name=name[:40],
                hint=hint,
            )
        )
    for name in NEEDED:
        if name not in names:
            raise InputError(
                say(
                    '{origin}, line 1: column "{name}" is missing; add it to the first line',
                    origin=origin,
                    name=name,
                )
            )
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice:
        raise InputError(
            say('{origin}, line 1: column "{twice}" is there twice; delete one', origin=origin, twice=twice)
        )
    return names


def _row(row: list[str], header: list[str], line: int, country: str, locales: Locales, origin: str) -> Person:
    if len(row) > len(header):
        raise InputError(
            say(
                "{origin}, line {line}: has {count} cells but the first line names {columns} "
                "columns; put a cell with a comma in it into double quotation marks",
                origin=origin,
                line=line,
                count=len(row),
                columns=len(header),
            )
        )
    cells = dict(zip(header, row, strict=False))

    def refuse(column: str, why: Message | str) -> None:
        raise InputError(
            say(
                '{origin}, line {line}, column "{column}": {why}',
                origin=origin,
                line=line,
                column=column,
                why=why,
            )
        )

    return person(cells, country, locales, refuse)


def from_tables(tables: Iterable[Table], country: str, locales: Locales) -> tuple[Person, ...]:
    """The ``[[people]]`` of a brand's file; keys are those of the table's columns."""
    found = []
    for number, table in enumerate(tables, 1):
        known = (*PLAIN, *(f"{base}_{locale}" for base in LOCAL for locale in locales.available))
        table.only(*known)
        cells = {key: table.text(key) for key in table.keys}
        found.append((number, person(cells, country, locales, table.refuse)))
    return _distinct(found, lambda number: str(say("brand file: [[people]] number {number}", number=number)))


def _distinct(found: list[tuple[int, Person]], place: Callable[[int], str]) -> tuple[Person, ...]:
    seen: dict[str, int] = {}
    for where, one in found:
        if one.id in seen:
            raise InputError(
                say(
                    '{place}: the id "{one}" is that of {other} too; give each person an id of their own '
                    "in the column id",
                    place=place(where),
                    one=one.id,
                    other=place(seen[one.id]).rpartition(": ")[2],
                )
            )
        seen[one.id] = where
    return tuple(one for _, one in found)


def person(
    cells: Mapping[str, str], country: str, locales: Locales, refuse: Callable[[str, Message | str], None]
) -> Person:
    """One person from texts by column; ``refuse(column, why)`` raises."""

    def read(column: str, judge: Callable[[str], str] = fields.text) -> str:
        try:
            return judge(cells.get(column, ""))
        except ValueError as fault:
            refuse(column, str(fault))
            raise

    def phones(column: str) -> tuple[Phone, ...]:
        numbers = [number for number in _BETWEEN_PHONES.split(cells.get(column, "")) if number.strip()]
        if len(numbers) > PHONES:
            refuse(column, say("has {count} numbers; at most {limit} fit", count=len(numbers), limit=PHONES))
        try:
            return tuple(fields.phone(number, country) for number in numbers)
        except ValueError as fault:
            refuse(column, str(fault))
            return ()

    def local(base: str, first: bool) -> LocalText:
        texts = {k.rpartition("_")[2]: read(k) for k in cells if k.rpartition("_")[0] == base}
        texts = {k: v for k, v in texts.items() if v}
        plain = read(base) if first else ""
        return LocalText({"": plain, **texts} if plain else texts)

    name = read("name")
    if not name:
        refuse("name", say("is empty; write the name as it stands in letters"))
    locale = read("locale")
    if locale and locale not in locales.available:
        refuse(
            "locale",
            say(
                '"{locale}" is not a language of the brand; it has {available}',
                locale=locale[:20],
                available=", ".join(locales.available),
            ),
        )
    email = read("email", fields.email)
    office, mobile = phones("phone"), phones("mobile")
    if len(mobile) > 1:
        refuse("mobile", say("has more than one number; write the others in the column phone"))
    return Person(
        id=_identity(read("id"), name, email, refuse),
        name=name,
        email=email,
        name_local=local("name", first=False),
        honorific=read("honorific"),
        pronouns=read("pronouns"),
        role=local("role", first=True),
        department=local("department", first=True),
        phone=office[0] if office else NO_PHONE,
        mobile=mobile[0] if mobile else NO_PHONE,
        more_phones=office[1:],
        whatsapp=read("whatsapp", _whatsapp),
        telegram=read("telegram", _telegram),
        vk=read("vk", _vk),
        booking=read("booking", fields.own_url),
        photo=read("photo", _photo),
        layout=_layout(read("layout"), refuse),
        team=read("team"),
        locale=locale,
    )


def _layout(value: str, refuse: Callable[[str, Message | str], None]) -> Layout | None:
    if not value:
        return None
    if value not in list(Layout):
        near = nearest(value, list(Layout))
        refuse(
            "layout",
            say(
                '"{value}" is none; {hint}',
                value=value[:30],
                hint=meant(near) if near else say("there are {known}", known=", ".join(Layout)),
            ),
        )
    return Layout(value)


def _photo(value: str) -> str:
    found = fields.text(value)
    if not found or found.lower().startswith(("http://", "https://")):
        return fields.picture_url(found)
    return fields.relative_file(found)


def _whatsapp(value: str) -> str:
    found = fields.text(value)
    if not found or "/" in found:
        return fields.own_url(found)
    digits = re.sub(r"\D", "", found)
    if not 7 <= len(digits) <= 15:  # E.164
        raise fields.Refused(
            say(
                '"{found}" is not a number; write it with the country, such as +371 20000000',
                found=found[:30],
            )
        )
    return f"https://wa.me/{digits}"


def _telegram(value: str) -> str:
    return _handle(value, "https://t.me/", r"[A-Za-z0-9_]{3,40}")


def _vk(value: str) -> str:
    return _handle(value, "https://vk.com/", r"[A-Za-z0-9_.]{2,60}")


def _handle(value: str, base: str, form: str) -> str:
    found = fields.text(value)
    if not found or "/" in found:
        return fields.own_url(found)
    name = found.removeprefix("@")
    if not re.fullmatch(form, name):
        raise fields.Refused(
            say('"{found}" is not a user name; write @name or {base}name', found=found[:30], base=base)
        )
    return base + name


def _identity(given: str, name: str, email: str, refuse: Callable[[str, Message | str], None]) -> str:
    if given:
        wanted = given.lower()
        if not safe_name(wanted):
            refuse(
                "id",
                say(
                    '"{given}" cannot be a file name everywhere; use small letters, digits, dots and hyphens',
                    given=given[:40],
                ),
            )
        return wanted
    made = slug(email.rpartition("@")[0]) or slug(name)
    if not made:
        refuse("id", say("is empty and cannot be made from the name; write one such as anna.b"))
    return made


def safe_name(name: str) -> bool:
    """Whether a text is a file name on every system: no path, no device, no dot at either end."""
    return (
        bool(_ID.match(name))
        and not name.endswith(".")
        and ".." not in name
        and name.split(".")[0] not in _DEVICES
    )


def slug(text: str) -> str:
    """A file name from a text: Latin small letters, digits, dots and hyphens; ``""`` if nothing is left."""
    import unicodedata

    lowered = "".join(_LATIN.get(c, c) for c in text.lower())
    plain = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9.]+", "-", plain)
    name = re.sub(r"\.{2,}|-?\.-?", ".", name).strip(".-")[:60].strip(".-")
    if not name or safe_name(name):
        return name
    return f"x-{name}" if safe_name(f"x-{name}") else ""
