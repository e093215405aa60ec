"""
The move of a firm to new addresses, as the project file (or the command) and the saved plan tell it.

``[move]`` of ``mailsetup.toml`` names the old address; the new ones are the brand's mailboxes unless it names others.
The days are those of the plan that ``mailsetup plan --output plan.json`` left beside the project file: nobody is
asked anything here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

from mailsetup.kit import fields, moved
from mailsetup.kit.moved import Move
from mailsetup.model.brand import Brand, LocalText
from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.names import printable
from mailsetup.model.plan import Plan

from .kit_templates import catalogue_of
from .project import Project

PLAN_FILE = "plan.json"
ROLES = ("support", "sales", "transactional", "marketing")
ADDRESS_LIMIT = 20  # new addresses of one letter; more are a list nobody reads


class Moving(NamedTuple):
    """A move, the plan that gives its days, and what the owner should know."""

    move: Move
    plan: Plan | None = None
    notes: tuple[Message, ...] = ()

    def files(self, brand: Brand, day: date) -> Iterator[tuple[str, bytes]]:
        """Everything of the folder ``moved``."""
        as_of = datetime.combine(day, time(), UTC)
        return moved.moved_files(brand, self.move, self.plan, catalogue=catalogue_of(brand), as_of=as_of)

    def signing(self, brand: Brand, day: date) -> tuple[Brand, tuple[Message, ...]]:
        """The brand with the line about the new address in its signatures, on the days it belongs there."""
        days = {s.key: s.day for s in moved.timetable(self.plan, self.move.old_until, day)}
        first, last = days.get("switch"), days.get("month")
        if first is None or last is None:
            return brand, ()
        note = say(
            "signatures built from {first} to {last} carry the line about the new address; build again at both",
            first=f"{first:%Y-%m-%d}",
            last=f"{last:%Y-%m-%d}",
        )
        if not first <= day <= last:
            return brand, (note,)
        lines = moved.signature_lines(brand, self.move, self.plan, day)
        return replace(brand, signature=replace(brand.signature, notice=LocalText(lines))), (note,)


def moving(
    brand: Brand,
    project: Project | None,
    *,
    moved_from: str = "",
    plan: str | Path | None = None,
    today: date,
) -> Moving | None:
    """
    The move that the command or the project file asks for; None where neither does.

    `InputError` names file, key and what to write.
    """
    if moved_from:
        found, origin = _given(brand, moved_from), ""
    elif project is not None and project.move:
        found, origin = _told(brand, project, today), project.origin
    elif plan is not None:
        raise UsageError(
            say("--plan is for a move; name the old address with --moved-from or at [move] from")
        )
    else:
        return None
    table = project.move if project is not None and origin else {}
    named = plan if plan is not None else _beside(origin, table.get("plan"))
    if named is not None:
        return Moving(found, _plan(named, brand))
    lying = Path(origin).parent / PLAN_FILE
    if lying.is_file() and _is_plan(lying):
        return Moving(found, _plan(lying, brand))
    note = say(
        "the timetable of the move has no days yet: run `mailsetup plan --output {file}` here and build again",
        file=PLAN_FILE,
    )
    return Moving(found, None, (note,))


def _given(brand: Brand, old: str) -> Move:
    try:
        return Move(fields.email(old), _own(brand))
    except ValueError as fault:
        raise UsageError(say("--moved-from {fault}", fault=fault)) from None


def _own(brand: Brand) -> tuple[tuple[str, str], ...]:
    """The mailboxes of the brand, each named once."""
    found: dict[str, str] = {}
    for role in ROLES:
        if getattr(brand.mail, role):
            found.setdefault(getattr(brand.mail, role), role)
    if not found:
        raise InputError(
            say(
                '{origin}: [mail] names no address to move to; write support = "support@{domain}"',
                origin=brand.origin,
                domain=brand.domain,
            )
        )
    return tuple((role, address) for address, role in found.items())


def _told(brand: Brand, project: Project, today: date) -> Move:
    """What ``[move]`` says."""
    table, where = project.move, f"{project.origin}: [move]"
    if not table.get("from"):
        raise InputError(say('{where} needs from = "the.old@example.com"', where=where))
    until = table.get("until")
    if until is not None and (isinstance(until, datetime) or not isinstance(until, date)):
        raise InputError(
            say("{where} until must be a day without quotation marks, such as 2027-03-01", where=where)
        )
    if until is not None and until < today:
        raise InputError(
            say(
                "{where} until {until} is over; give a later day or take [move] out", where=where, until=until
            )
        )
    page = _field(table, "page", where, fields.url)
    if page and not page.startswith("https://"):
        raise InputError(say("{where} page must begin with https://", where=where))
    return Move(_field(table, "from", where, fields.email), _addresses(brand, project), page, until)


def _field(table: Mapping[str, Any], key: str, where: str, judge: Any) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise InputError(say("{where} {key} must be text in quotation marks", where=where, key=key))
    try:
        return str(judge(value)) if value else ""
    except ValueError as fault:
        raise InputError(say("{where} {key} {fault}", where=where, key=key, fault=fault)) from None


def _addresses(brand: Brand, project: Project) -> tuple[tuple[str, str], ...]:
    table = project.move.get("to")
    if table is None:
        return _own(brand)
    if not isinstance(table, dict) or not table or len(table) > ADDRESS_LIMIT:
        raise InputError(
            say(
                "{origin}: [move] to must name up to {limit} addresses by what they are for, such as "
                '{{ support = "support@example.com" }}',
                origin=project.origin,
                limit=ADDRESS_LIMIT,
            )
        )
    where = f"{project.origin}: [move.to]"
    found = []
    for role, _ in table.items():
        try:
            name = fields.text(role, 60)
        except ValueError as fault:
            raise InputError(say("{where} a key {fault}", where=where, fault=fault)) from None
        found.append((name, _field(table, role, where, fields.email)))
    return tuple(found)


def _beside(origin: str, name: object) -> Path | None:
    if not name:
        return None
    if not isinstance(name, str):
        raise InputError(
            say(
                '{origin}: [move] plan must be the file that `plan --output` wrote, such as "{plan_file}"',
                origin=origin,
                plan_file=PLAN_FILE,
            )
        )
    return Path(origin).parent / name


def _is_plan(path: Path) -> bool:
    """Whether a file that merely lies there is a plan of ours: other tools write a ``plan.json`` too."""
    from mailsetup.planning.saved import SCHEMA

    with path.open("rb") as file:
        return SCHEMA.encode() in file.read(4096)


def _plan(path: str | Path, brand: Brand) -> Plan:
    from mailsetup.edge.files import read_text
    from mailsetup.planning import saved

    name = printable(str(path))
    if not Path(path).is_file():
        raise InputError(
            say("{name}: cannot be read; make it with `mailsetup plan --output {name}`", name=name)
        )
    plan = saved.loads(read_text(path, phrase("plan")), name)
    if plan.domain != str(brand.domain):
        raise InputError(
            say(
                "{name}: is a plan for {domain}, the brand's domain is {domain_2}",
                name=name,
                domain=plan.domain,
                domain_2=brand.domain,
            )
        )
    return plan
