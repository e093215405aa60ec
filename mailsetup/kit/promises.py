"""Promise arithmetic: the moment by which a letter is answered, from office hours, holidays and a time zone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mailsetup.model.brand import Promise
from mailsetup.model.errors import InputError
from mailsetup.model.message import say

HORIZON_DAYS = 400  # longer than any row of holidays
LEAST_OFFICE_TIME = timedelta(hours=1)  # what somebody needs to write an answer at all


def answer_by(received: datetime, promise: Promise) -> datetime:
    """
    When a letter that came at ``received`` (with its time zone) is answered at the latest.

    Hours run only on working days, so weekends and holidays do not eat the promise. What would end while
    the office is closed ends when it last closed, if at least an hour of work lies between; else an hour
    after it opens next. The result is a full hour (or closing time) in the firm's time zone.
    """
    zone = _zone(promise)
    start = received.astimezone(zone)
    deadline = _round_up(_counted(start, promise, zone), zone)
    if _open_at(deadline, promise):
        return deadline
    closed = _last_closing(deadline, promise, zone)
    if closed is not None and closed - max(start, _opening(closed, promise, zone)) >= LEAST_OFFICE_TIME:
        return closed
    return _next_opening(deadline, promise, zone) + LEAST_OFFICE_TIME


def _zone(promise: Promise) -> ZoneInfo:
    try:
        return ZoneInfo(promise.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(
            say(
                'promise.timezone: "{timezone}" is not a time zone; write it as "Europe/Riga"',
                timezone=promise.timezone,
            )
        ) from None


def _works(day: datetime, promise: Promise) -> bool:
    return day.isoweekday() in promise.days and day.date() not in promise.holidays


def _at(day: datetime, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day.date(), clock, zone)


def _opening(day: datetime, promise: Promise, zone: ZoneInfo) -> datetime:
    return _at(day, promise.opens, zone)


def _counted(start: datetime, promise: Promise, zone: ZoneInfo) -> datetime:
    """The moment the promised hours are over, counted through working days only."""
    left = timedelta(hours=promise.answer_hours)
    moment = start
    for _ in range(HORIZON_DAYS):
        midnight = _at(moment + timedelta(days=1), time(0), zone)
        if _works(moment, promise):
            day_left = midnight.astimezone(UTC) - moment.astimezone(UTC)
            if left <= day_left:
                return (moment.astimezone(UTC) + left).astimezone(zone)
            left -= day_left
        moment = midnight
    raise InputError(say("promise: days and holidays leave no working day to answer on; change promise.days"))


def _round_up(moment: datetime, zone: ZoneInfo) -> datetime:
    if moment.minute or moment.second or moment.microsecond:
        moment = moment.replace(minute=0, second=0, microsecond=0).astimezone(UTC) + timedelta(hours=1)
    return moment.astimezone(zone)


def _open_at(moment: datetime, promise: Promise) -> bool:
    return _works(moment, promise) and promise.opens < moment.time() <= promise.closes


def _last_closing(moment: datetime, promise: Promise, zone: ZoneInfo) -> datetime | None:
    for back in range(HORIZON_DAYS):
        day = moment - timedelta(days=back)
        closing = _at(day, promise.closes, zone)
        if _works(day, promise) and closing <= moment:
            return closing
    return None


def _next_opening(moment: datetime, promise: Promise, zone: ZoneInfo) -> datetime:
    for ahead in range(HORIZON_DAYS):
        day = moment + timedelta(days=ahead)
        opening = _at(day, promise.opens, zone)
        if _works(day, promise) and opening >= moment:
            return opening
    raise InputError(say("promise: days and holidays leave no working day to answer on; change promise.days"))
