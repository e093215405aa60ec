"""
What is shaky about the profiles: old facts, missing sources, conflicts, values only the tenant has.

Nothing here looks at the clock: ``today`` is passed in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from mailsetup.model.language import translated
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.profile import Kind, Profile, State
from mailsetup.profiles.reading import BUILT_IN, PLACEHOLDER, placeholders

STALE_DAYS = 365
"""A fact read longer ago than this should be read again; providers change records about that often."""

OLD_SOURCE_DAYS = 3 * 365
"""A field whose newest source is older than this rests on history."""

ENDING_DAYS = 180
"""A service that ends within this time is said to end soon."""


class Complaint(NamedTuple):
    """
    One thing about one profile. ``kind``: stale, old-source, unsourced, conflict, pattern, asked, weak,
    disagreement, ending. ``field`` is the key of the file it is about.
    """

    profile_id: str
    kind: str
    field: str
    message: Message


class Diagnosis(NamedTuple):
    """``complaints`` in the order of profile ids; ``profiles`` is how many were looked at."""

    today: str
    profiles: int
    complaints: tuple[Complaint, ...]

    def of(self, kind: str) -> tuple[Complaint, ...]:
        """The complaints of one kind."""
        return tuple(c for c in self.complaints if c.kind == kind)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many complaints there are of each kind."""
        kinds = [c.kind for c in self.complaints]
        return {kind: kinds.count(kind) for kind in sorted(set(kinds))}

    @property
    def faults(self) -> tuple[Complaint, ...]:
        """The complaints that are mistakes in a file, where the others are what is known of the facts."""
        return tuple(c for c in self.complaints if c.kind in ("unsourced", "conflict", "pattern"))


def diagnose(profiles: Iterable[Profile], today: str) -> Diagnosis:
    """The state of the profiles on ``today``, an ISO date."""
    every = list(profiles)
    day = _day(today)
    complaints = [c for p in every for c in _about(p, day)] + list(_conflicts(every))
    complaints.sort(key=lambda c: (c.profile_id, c.kind, c.field))
    return Diagnosis(today, len(every), tuple(complaints))


def _about(profile: Profile, today: date) -> Iterator[Complaint]:
    yield from _age(profile, today)
    yield from _sources(profile, today)
    yield from _patterns(profile)
    for parameter in profile.parameters:
        if parameter.required != "never" and not parameter.default:
            yield _complaint(
                profile,
                "asked",
                parameter.name,
                "only the tenant knows it; {where}",
                where=Message(parameter.where),
            )
    for weak in profile.weak:
        yield _complaint(profile, "weak", weak.field, "{why}", why=Message(weak.why))
    for one in profile.disagreements:
        yield _complaint(
            profile,
            "disagreement",
            one.field,
            "sources differ: {values}",
            values=" | ".join(map(translated, one.values)),
        )


def _age(profile: Profile, today: date) -> Iterator[Complaint]:
    days = (today - _day(profile.checked_on)).days
    if days > STALE_DAYS:
        yield _complaint(
            profile,
            "stale",
            "checked_on",
            "checked on {date}, {days} days ago",
            date=profile.checked_on,
            days=days,
        )
    status = profile.status
    if status.state is State.CLOSING and status.ends_on:
        left = (_day(status.ends_on) - today).days
        soon = phrase("ended on {date}") if left < 0 else phrase("ends on {date}, in {days} days")
        if left <= ENDING_DAYS:
            yield _complaint(profile, "ending", "status", soon, date=status.ends_on, days=left)


def _sources(profile: Profile, today: date) -> Iterator[Complaint]:
    thin = {weak.field.partition(".")[0] for weak in profile.weak}
    for field in (*_sourced_fields(profile), *_further_facts(profile)):
        sources = profile.sources.get(field) or profile.sources.get("all")
        if not sources:
            if field in thin and field in _MAY_BE_WEAK:
                continue
            yield _complaint(profile, "unsourced", field, "no source is named")
            continue
        newest = max(source.date for source in sources)
        if (today - _day(newest)).days > OLD_SOURCE_DAYS:
            yield _complaint(profile, "old-source", field, "its newest source is of {date}", date=newest)


def _sourced_fields(profile: Profile) -> list[str]:
    """The fields of a profile that hold facts and so need a source."""
    holds = {
        "mx": [r for r in profile.mx if PLACEHOLDER.sub("", r.value)],  # else the tenant gives it whole
        "spf": profile.spf,
        "dkim": profile.dkim.records,
        "detect": profile.detect.mx and not profile.mx,
    }
    fields = [field for field, value in holds.items() if value]
    if profile.kind is Kind.GATEWAY or not fields:
        return ["detect"] if profile.detect.mx else fields
    return fields


_MAY_BE_WEAK = frozenset({"verification", "extras", "clients", "dmarc_recommended", "status"})
"""Facts that may stand without a source where the file calls them weak; mail does not depend on them alone."""


def _further_facts(profile: Profile) -> list[str]:
    """The facts beside MX, SPF and DKIM that a profile states: records, hosts for mail programs, what became of it."""
    status = profile.status
    holds = {
        "verification": [r for r in profile.verification if PLACEHOLDER.sub("", r.value)],
        "extras": [r for r in profile.extras if PLACEHOLDER.sub("", r.value)],
        "clients": [c for c in profile.clients if PLACEHOLDER.sub("", c.host)],
        "dmarc_recommended": profile.dmarc_recommended,
        "status": status.note or status.state not in (State.ACTIVE, State.SELF_HOSTED),
    }
    return [field for field, value in holds.items() if value]


def _patterns(profile: Profile) -> Iterator[Complaint]:
    """Expressions that do not compile, and parameters that nothing uses."""
    for field, pattern in every_pattern(profile):
        try:
            re.compile(pattern)
        except re.error as fault:
            yield _complaint(
                profile,
                "pattern",
                field,
                "{pattern} is not an expression: {fault}",
                pattern=pattern,
                fault=str(fault),
            )
    used = placeholders(profile)
    for parameter in profile.parameters:
        decides = any(choice.sets for choice in parameter.choices)
        if parameter.name not in used and parameter.name not in BUILT_IN and not decides:
            yield _complaint(profile, "pattern", parameter.name, "declared, and used by no record")


def every_pattern(profile: Profile) -> Iterator[tuple[str, str]]:
    """Every regular expression of a profile with the key it stands at."""
    detect = profile.detect
    groups: dict[str, Iterable[str]] = {
        "detect.mx": detect.mx,
        "detect.mx_verification_only": detect.mx_verification_only,
        "detect.spf_patterns": detect.spf_patterns,
        "detect.dkim": detect.dkim,
        "detect.srv": detect.srv,
        "detect.ns": detect.ns,
        "dkim.selector_patterns": profile.dkim.selector_patterns,
        "parameters": [p.pattern for p in profile.parameters if p.pattern],
        "mx_alternatives": [p for s in profile.mx_alternatives for p in s.patterns],
    }
    groups.update({f"detect.cname.{label}": patterns for label, patterns in detect.cname.items()})
    templates = (*profile.dkim.records, *profile.extras, *profile.verification)
    groups["accept"] = [pattern for template in templates for pattern in template.accept]
    for field, patterns in groups.items():
        for pattern in patterns:
            yield field, pattern


def _conflicts(profiles: list[Profile]) -> Iterator[Complaint]:
    """Exchanges that two profiles recognise without saying that they share them."""
    compiled = [(p, [re.compile(x) for x in p.detect.mx if _compiles(x)]) for p in profiles]
    for profile in profiles:
        for exchange in profile.detect.examples:
            for other, patterns in compiled:
                if other.id == profile.id or _documented(profile, other):
                    continue
                if any(pattern.search(exchange) for pattern in patterns):
                    yield _complaint(
                        profile,
                        "conflict",
                        "detect.mx",
                        "{exchange} is also recognised as {other}",
                        exchange=exchange,
                        other=other.id,
                    )


def _documented(one: Profile, other: Profile) -> bool:
    return other.id in one.detect.shares_mx_with or one.id in other.detect.shares_mx_with


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _day(text: str) -> date:
    """The last day a date of the form 2026-11-21, 2026-11 or 2026 can mean, but never a day that does not exist."""
    parts = [int(part) for part in text.split("-")]
    year, month, day = (*parts, 12, 28)[:3] if len(parts) == 1 else (*parts, 28)[:3]
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, 28)


def _complaint(profile: Profile, kind: str, field: str, template: str, **values: object) -> Complaint:
    return Complaint(profile.id, kind, field, say(template, **values))
