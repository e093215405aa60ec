"""A brand's file with colours that can be read: the nearest passing shades in their places, all else as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mailsetup.model.brand import Brand, Shades
from mailsetup.model.errors import InputError
from mailsetup.model.message import say

from . import colors
from .brand import SHADES, parse
from .toml_tables import line_of, load

ROUNDS = 8  # a mended shade may be the ground of another; two are enough for every palette seen


class Change(NamedTuple):
    """One shade of the file: the table and key, what was written (``""``: nothing), and what is written now."""

    table: str
    key: str
    before: str
    after: str


def mended(text: str, origin: str) -> tuple[str, tuple[Change, ...]]:
    """
    The text with every given shade that cannot be read replaced by the nearest that can, and what was changed.

    `InputError` where a shade stands in a form that cannot be replaced line by line.
    """
    found: dict[tuple[str, str], Change] = {}
    for _ in range(ROUNDS):
        changes = tuple(_wanted(parse(text, origin, readable=False), load(text, origin)))
        if not changes:
            break
        for change in changes:
            text = _written(text, change, origin)
            first = found.get((change.table, change.key), change)
            found[change.table, change.key] = change._replace(before=first.before)
    return text, tuple(found.values())


def _wanted(brand: Brand, data: Mapping[str, Any]) -> Iterator[Change]:
    given = data.get("colors", {})
    yield from _of_table("colors", brand.palette.light, given)
    yield from _of_table("colors.dark", brand.palette.dark, given.get("dark", {}))


def _of_table(table: str, shades: Shades, given: Mapping[str, Any]) -> Iterator[Change]:
    written = {key: str(given[key]) for key in SHADES if given.get(key)}
    wanted = {
        key: getattr(shades, key) for key in written if getattr(shades, key) != colors.parse(written[key])
    }
    for shade, ground, there_is, enough in colors.pairs(shades):
        if there_is < enough and (shade in written or ground in written):
            wanted[shade] = colors.nearest_passing(getattr(shades, shade), getattr(shades, ground))
    for key, shade in wanted.items():
        yield Change(table, key, written.get(key, ""), shade)


def _written(text: str, change: Change, origin: str) -> str:
    lines = text.splitlines(keepends=True)
    number = line_of(text, change.table, change.key)
    if number:
        value = re.compile(rf"^(\s*[\"']?{re.escape(change.key)}[\"']?\s*=\s*)(\"[^\"]*\"|'[^']*')")
        made, count = value.subn(lambda match: f'{match[1]}"{change.after}"', lines[number - 1])
        if count:
            return "".join((*lines[: number - 1], made, *lines[number:]))
    header = re.compile(rf"\s*\[\s*{re.escape(change.table)}\s*\]")
    at = next((n for n, line in enumerate(lines, 1) if header.match(line)), 0)
    if number or not at:
        raise InputError(
            say(
                '{origin}: [{table}] {key} stands in a form that is not changed here; write {key} = "{after}" yourself',
                origin=origin,
                table=change.table,
                key=change.key,
                after=change.after,
            )
        )
    return "".join((*lines[:at], f'{change.key} = "{change.after}"\n', *lines[at:]))
