"""Times of a plan are said as people read them, in the owner's zone and in UTC, never too early."""

from __future__ import annotations

import pytest

from mailsetup.model.names import printable
from mailsetup.planning.moments import moment_words, span_words
from mailsetup.run.language import use


@pytest.mark.parametrize(
    ("text", "zone", "said"),
    [
        ("2026-11-22T08:11:00Z", "", "Sunday, 22 November 2026, 08:11 UTC"),
        ("2026-11-22T08:11:01Z", "UTC", "Sunday, 22 November 2026, 08:12 UTC"),
        (
            "2026-11-22T08:11:01Z",
            "Europe/Berlin",
            "Sunday, 22 November 2026, 09:12 in Europe/Berlin (08:12 UTC)",
        ),
        (
            "2026-12-31T23:59:30Z",
            "Asia/Tokyo",
            "Friday, 1 January 2027, 09:00 in Asia/Tokyo (00:00 UTC)",
        ),
        (
            "2026-11-22T02:00:00Z",
            "America/New_York",
            "Saturday, 21 November 2026, 21:00 in America/New_York (Sunday, 22 November 2026, 02:00 UTC)",
        ),
        ("2026-11-22T08:11:00Z", "No/Where", "Sunday, 22 November 2026, 08:11 UTC"),
    ],
)
def test_a_moment_is_said_with_its_day_and_zone(text, zone, said):
    """
    Rounded up to the minute: what is done at the time said is not too early.
    """
    assert said == moment_words(text, zone)


def test_a_moment_is_said_in_russian():
    use("ru")
    try:
        said = moment_words("2026-11-22T08:11:00Z", "Europe/Moscow")
    finally:
        use("en")

    assert said.startswith("воскресенье, 22 ноября 2026")
    assert "11:11" in said
    assert "08:11 UTC" in said


def test_a_moment_has_no_character_that_a_terminal_gets_as_an_escape():
    """
    CLDR puts a narrow no-break space before the Russian word for year; shown safely it would read ``\\u202f``.
    """
    use("ru")
    try:
        said = moment_words("2026-11-22T08:11:00Z")
    finally:
        use("en")

    assert printable(said) == said
    assert "2026 г., 08:11 UTC" in said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (90, "1 minute and 30 seconds"),
        (3600, "1 hour"),
        (608_400, "7 days and 1 hour"),
        (90_061, "1 day and 1 hour"),
    ],
)
def test_a_span_is_said_in_its_largest_units(seconds, said):
    """
    Nobody reads 608400 seconds as a week.
    """
    assert said == span_words(seconds)
