"""A moment of the plan's clock as a person reads it: the day and time of the owner's zone, then UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mailsetup.model.language import language
from mailsetup.model.message import say
from mailsetup.model.plan import Plan

from .phases import moment

_LOCALES = {"en": "en_GB"}  # of English, the day before the month


def moment_words(text: str, time_zone: str = "") -> str:
    """
    A time in UTC (ISO 8601), rounded up to the minute, in the language in use.

    ``time_zone`` is the owner's, an IANA name; the time is said in UTC alone where it is none, or not known here.
    """
    at = _minute(moment(text))
    local = _in(at, time_zone)
    if local is None:
        return str(say("{date}, {time} UTC", date=_date(at), time=_time(at)))
    other = _time(at) if local.date() == at.date() else f"{_date(at)}, {_time(at)}"
    return str(
        say(
            "{date}, {time} in {zone} ({utc} UTC)",
            date=_date(local),
            time=_time(local),
            zone=time_zone,
            utc=other,
        )
    )


def span_words(seconds: int) -> str:
    """A span of time by its two largest units: "7 days and 1 hour"."""
    days, rest = divmod(max(0, seconds), 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, rest = divmod(rest, 60)
    parts = (
        (days, say("{n} {n:day|days}", n=days)),
        (hours, say("{n} {n:hour|hours}", n=hours)),
        (minutes, say("{n} {n:minute|minutes}", n=minutes)),
        (rest, say("{n} {n:second|seconds}", n=rest)),
    )
    first, second = ([said for number, said in parts if number] + [None, None])[:2]
    if first is None or second is None:
        return str(first or parts[-1][1])
    return str(say("{first} and {second}", first=first, second=second))


def zone_of(plan: Plan, otherwise: str = "") -> str:
    """The time zone a plan was made for, ``otherwise`` where it names none."""
    return str((plan.options or {}).get("time_zone") or otherwise)


def _minute(at: datetime) -> datetime:
    """The first full minute that is not before a time: nothing may be done too early."""
    at = at.astimezone(UTC)
    return at if not at.second else at.replace(second=0) + timedelta(minutes=1)


def _in(at: datetime, time_zone: str) -> datetime | None:
    from zoneinfo import ZoneInfo

    if not time_zone or time_zone.upper() in ("UTC", "ETC/UTC"):
        return None
    try:
        return at.astimezone(ZoneInfo(time_zone))
    except (LookupError, ValueError, OSError):
        return None


def _date(at: datetime) -> str:
    from babel.dates import format_date

    said = str(format_date(at, "full", locale=_LOCALES.get(language(), language())))
    return "".join(
        " " if c.isspace() else c for c in said
    )  # no-break spaces: a terminal is shown their escapes


def _time(at: datetime) -> str:
    return f"{at:%H:%M}"
