"""
"We moved": announcement, automatic reply, signature line, web notice and a timetable that follows the DNS plan.

The days are those of the plan's phases; what people do is hung upon the switch. A plan without dates gives
the same steps in the same order, without days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from typing import Any

from mailsetup.model.brand import Brand
from mailsetup.model.errors import InputError
from mailsetup.model.message import say
from mailsetup.model.plan import Phase, Plan

from . import eml, plain_text, render, templates
from .letter import Letter
from .templates.catalogue import Catalogue, pack
from .templates.formats import Formats

OLD_MAILBOX_DAYS = 90  # after the switch: a quarter's invoices and renewals have come by then
WEEK, MONTH = timedelta(days=7), timedelta(days=30)
PHASES = ("prepare", "prove", "authenticate", "switch", "retire", "enforce")


@dataclass(frozen=True, slots=True)
class Move:
    """
    From where to where: the old address, the new ones as (what for, address), how long the old is read.

    What for is a word of the owner's, or one of support, sales, transactional, marketing, which every locale
    has its own words for. ``proof_url`` is a page on the firm's own site that names the new addresses;
    ``old_until`` is 90 days after the plan's switch where None.
    """

    old: str
    addresses: tuple[tuple[str, str], ...]
    proof_url: str = ""
    old_until: date | None = None

    @property
    def new(self) -> str:
        """The address that takes the old one's place: the first."""
        return self.addresses[0][1]


@dataclass(frozen=True, slots=True)
class Step:
    """One day of the timetable; ``key`` names its text in the locale's ``[moved]`` table."""

    key: str
    day: date | None


def moved_files(
    brand: Brand,
    move: Move,
    plan: Plan | None = None,
    *,
    locales: Sequence[str] = (),
    voice: str = "",
    catalogue: Catalogue | None = None,
    as_of: datetime = templates.AS_OF,
) -> Iterator[tuple[str, bytes]]:
    """The files of the move as (relative path, content), in ``moved/``."""
    if not move.addresses:
        raise InputError(say("a move needs at least one new address; give it as support@example.com"))
    found = templates.with_pack(catalogue or templates.bundled(), pack("moved"))
    steps = timetable(plan, move.old_until, as_of.date())
    until = _until(steps, as_of.date())
    for locale in tuple(locales) or brand.locales.available:
        for name, letter in _letters(brand, move, steps, until, found, locale, voice):
            yield from _forms(f"moved/{name}.{locale}", letter, as_of)
        yield from _lines(move, until, found, locale)


def signature_lines(brand: Brand, move: Move, plan: Plan | None, today: date) -> dict[str, str]:
    """What stands below every signature while people learn the new address, by language."""
    found = templates.with_pack(templates.bundled(), pack("moved"))
    until = _until(timetable(plan, move.old_until, today), today)
    return {
        locale: _line("signature", move, until, found, locale)
        for locale in brand.locales.available
        if locale in found.common
    }


def _until(steps: Sequence[Step], today: date) -> date:
    return next(
        (s.day for s in steps if s.key == "close" and s.day), today + timedelta(days=OLD_MAILBOX_DAYS)
    )


def timetable(plan: Plan | None, old_until: date | None, today: date) -> tuple[Step, ...]:
    """The steps in order of their days; those of the plan where it gives one."""
    phases = {phase.id: phase for phase in reversed(plan.phases)} if plan else {}
    days = {key: _day(phases[key]) for key in PHASES if key in phases}
    if plan is None:
        days = {"prepare": today, "switch": None}
    switch = days.get("switch")
    days.setdefault("switch", switch)
    if plan is not None and "enforce" in days and not _refuses(plan, phases["enforce"]):
        days["quarantine"] = days.pop("enforce")
    days["week"] = switch + WEEK if switch else None
    days["month"] = switch + MONTH if switch else None
    days["close"] = old_until or (switch + timedelta(days=OLD_MAILBOX_DAYS) if switch else None)
    order = (
        "prepare",
        "prove",
        "authenticate",
        "switch",
        "week",
        "retire",
        "month",
        "quarantine",
        "enforce",
        "close",
    )
    steps = [Step(key, days[key]) for key in order if key in days]
    if all(step.day for step in steps):
        steps.sort(key=lambda step: (step.day or date.min, order.index(step.key)))
    return tuple(steps)


def _refuses(plan: Plan, phase: Phase) -> bool:
    """Whether a phase asks receivers to refuse forged mail; its record asks for less where it says ``p=quarantine``."""
    records = [str(r) for c in plan.changes if c.phase == phase.number for r in c.after]
    return not any("p=quarantine" in record.replace(" ", "") for record in records)


def _day(phase: Phase) -> date | None:
    text = phase.earliest_local or phase.earliest
    return datetime.fromisoformat(text).date() if text else None


def _letters(
    brand: Brand,
    move: Move,
    steps: Sequence[Step],
    until: date,
    catalogue: Catalogue,
    locale: str,
    voice: str,
) -> Iterator[tuple[str, Letter]]:
    words = _words(catalogue, locale)
    roles = words.get("roles", {})
    customer = {"name": templates.marker_in(catalogue, locale)("customer.name")}
    announcement = {
        "customer": customer,
        "addresses": [
            {"role": roles.get(role, role), "address": address} for role, address in move.addresses
        ],
        "old": move.old,
        "old_until": until,
        "proof_url": move.proof_url or brand.site or f"https://{brand.domain}/",
    }
    plan = {"customer": customer, "old": move.old, "new": move.new, "entries": _entries(steps, words)}
    reply = {"customer": customer, "new_address": move.new, "until": until}
    wanted = (
        ("announcement", "notify.new-address", announcement),
        ("auto-reply", "auto.moved", reply),
        ("timetable", "move.timetable", plan),
    )
    for name, id, values in wanted:
        template = catalogue.get(id)
        yield name, templates.compose(template, brand, catalogue, locale=locale, voice=voice, values=values)


def _entries(steps: Sequence[Step], words: Mapping[str, Any]) -> list[dict[str, object]]:
    return [
        {"day": step.day, "title": words[step.key]["title"], "tasks": list(words[step.key]["tasks"])}
        for step in steps
        if step.key in words
    ]


def _words(catalogue: Catalogue, locale: str) -> Mapping[str, Any]:
    common = catalogue.common.get(locale, {})
    found = common.get("moved") or catalogue.common["en"].get("moved", {})
    return found if isinstance(found, Mapping) else {}


def _forms(stem: str, letter: Letter, as_of: datetime) -> Iterator[tuple[str, bytes]]:
    if letter.template.html:
        yield f"{stem}.html", render.html(letter).encode()
    yield f"{stem}.txt", f"{letter.subject}\n\n{plain_text.write(letter)}".encode()
    yield f"{stem}.eml", eml.draft(letter, as_of)


def _lines(move: Move, until: date, catalogue: Catalogue, locale: str) -> Iterator[tuple[str, bytes]]:
    """The line for signatures and the notice for the site, as text and as HTML that fits in anywhere."""
    for name in ("signature", "notice"):
        text = _line(name, move, until, catalogue, locale)
        link = f'<a href="mailto:{escape(move.new)}">{escape(move.new)}</a>'
        html = escape(text).replace(escape(move.new), link, 1).replace("\n", "<br>")
        yield f"moved/{name}-line.{locale}.txt", f"{text}\n".encode()
        yield f"moved/{name}-line.{locale}.html", f'<p lang="{escape(locale)}">{html}</p>\n'.encode()


def _line(name: str, move: Move, until: date, catalogue: Catalogue, locale: str) -> str:
    template = str(_words(catalogue, locale).get(name, "{new}"))
    day = Formats(locale, catalogue.common[locale].get("dates", {})).day(until)
    return template.format(new=move.new, old=move.old, until=day).replace("\u00a0", " ")
