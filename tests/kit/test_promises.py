"""The moment by which a letter is answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsetup.kit.promises import answer_by
from mailsetup.model.brand import Promise
from mailsetup.model.errors import InputError

START = datetime(2026, 1, 1, tzinfo=UTC)
RIGA = ZoneInfo("Europe/Riga")
OFFICE = Promise(24, "Europe/Riga", (1, 2, 3, 4, 5), time(9), time(18))


def at(text: str) -> datetime:
    """A time in Riga."""
    return datetime.fromisoformat(text).replace(tzinfo=RIGA)


CASES = [
    ("a day later in office hours", "2026-11-23T10:00", "2026-11-24T10:00"),
    ("up to the full hour", "2026-11-23T10:07", "2026-11-24T11:00"),
    ("a weekend does not count", "2026-11-20T17:00", "2026-11-23T17:00"),
    ("a letter of Saturday is read on Monday", "2026-11-21T12:00", "2026-11-23T18:00"),
    ("what ends at night ends at closing time", "2026-11-23T22:00", "2026-11-24T18:00"),
    ("what ends before opening ends the day before", "2026-11-23T03:00", "2026-11-23T18:00"),
]


@pytest.mark.parametrize(("why", "received", "promised"), CASES)
def test_the_promise_keeps_office_hours(why: str, received: str, promised: str) -> None:
    """
    24 hours, counted on working days, within opening hours.
    """
    assert at(promised) == answer_by(at(received), OFFICE), why


def test_a_short_promise_at_night_waits_for_the_morning() -> None:
    """
    Twelve hours after closing time nobody has been there: an hour after opening.
    """
    promise = replace(OFFICE, answer_hours=12)

    assert at("2026-11-24T10:00") == answer_by(at("2026-11-23T19:00"), promise)


def test_holidays_do_not_count() -> None:
    """
    Monday is a holiday: Friday's letter is answered on Tuesday.
    """
    promise = replace(OFFICE, holidays=(date(2026, 11, 23),))

    assert at("2026-11-24T10:00") == answer_by(at("2026-11-20T10:00"), promise)


def test_a_clock_put_back_steals_no_hour() -> None:
    """
    Hours are hours: 24 of them pass over the night of 25 October, on a desk that is always there.
    """
    promise = Promise(24, "Europe/Riga", (1, 2, 3, 4, 5, 6, 7), time(0), time(23, 59))
    promised = answer_by(at("2026-10-24T12:00"), promise)

    assert timedelta(hours=24) == promised.astimezone(UTC) - at("2026-10-24T12:00").astimezone(UTC)


def test_a_firm_that_never_works_is_told_so() -> None:
    """
    No working day in more than a year is a mistake in the file.
    """
    with pytest.raises(InputError, match=r"promise\.days"):
        answer_by(at("2026-11-23T10:00"), replace(OFFICE, days=()))


def test_an_unknown_time_zone_is_named() -> None:
    """
    With an example of how to write one.
    """
    with pytest.raises(InputError, match="Europe/Riga"):
        answer_by(at("2026-11-23T10:00"), replace(OFFICE, timezone="Mars/Base"))


@given(
    st.integers(0, 2 * 366 * 24 * 60).map(lambda minute: START + timedelta(minutes=minute)),
    st.integers(1, 120),
    st.sets(st.integers(1, 7), min_size=1),
)
def test_the_promise_is_later_and_while_somebody_is_there(
    received: datetime, hours: int, days: set[int]
) -> None:
    """
    For any letter, any promise and any week.
    """
    promise = replace(OFFICE, answer_hours=hours, days=tuple(sorted(days)))
    promised = answer_by(received, promise)

    assert promised > received
    assert promised.isoweekday() in days
    assert time(9) < promised.time() <= time(18)
