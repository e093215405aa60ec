"""Laws of colours: read, measured, mended."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsetup.kit import colors

SHADES = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#40e0d0", "#ffffff", 1.64),
        ("#000000", "#40e0d0", 12.79),
        ("#0f5b8c", "#ffffff", 7.25),
        ("#0f5b8c", "#121212", 2.58),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, expected: float) -> None:
    """
    Figures measured with another tool come out the same.
    """
    assert expected == round(colors.contrast(one, other), 2)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("#ABC", "#aabbcc"),
        (" #0F5B8C ", "#0f5b8c"),
        ("rgb(15, 91, 140)", "#0f5b8c"),
        ("rgb(15 91 140 / 1)", "#0f5b8c"),
        ("rgb(100%, 0%, 0%)", "#ff0000"),
        ("hsl(120, 100%, 25%)", "#008000"),
        ("RebeccaPurple", "#663399"),
    ],
)
def test_every_css_notation_is_read(written: str, expected: str) -> None:
    """
    A colour is kept as six hex digits, however it was written.
    """
    assert expected == colors.parse(written)


@pytest.mark.parametrize(
    "written", ["", "#12", "#12345g", "blu", "rgb(1,2)", "rgba(0,0,0,0.5)", "url(x)", "rgb(a,b,c)"]
)
def test_what_is_no_solid_colour_is_refused(written: str) -> None:
    """
    Anything else raises `ValueError`.
    """
    with pytest.raises(ValueError, match=" "):
        colors.parse(written)


@given(SHADES, SHADES)
@settings(deadline=None)
def test_the_nearest_passing_shade_passes(color: str, ground: str) -> None:
    """
    Some shade always reaches 4.5:1, and one that does so already stays.
    """
    shade = colors.nearest_passing(color, ground)

    assert colors.contrast(shade, ground) >= colors.TEXT_CONTRAST
    assert colors.contrast(color, ground) < colors.TEXT_CONTRAST or shade == color


@given(SHADES)
@settings(deadline=None)
def test_a_palette_of_one_colour_can_be_read_by_day_and_night(primary: str) -> None:
    """
    Whatever the primary colour, every derived pair reaches its contrast.
    """
    palette = colors.palette({"primary": primary}, {})

    for shades in (palette.light, palette.dark):
        for _, _, there_is, wanted in colors.pairs(shades):
            assert there_is >= wanted


@given(SHADES)
@settings(deadline=None)
def test_a_changed_primary_is_told(primary: str) -> None:
    """
    The primary colour is never changed silently.
    """
    palette = colors.palette({"primary": primary}, {})

    assert palette.light.primary == primary or any(primary in note for note in palette.notes)


@given(SHADES)
@settings(deadline=None)
def test_oklch_there_and_back_is_the_same_colour(color: str) -> None:
    """
    A round trip moves no channel by more than one step of 255.
    """
    back = colors.from_oklch(*colors.oklch(color))

    assert all(abs(int(color[i : i + 2], 16) - int(back[i : i + 2], 16)) <= 1 for i in (1, 3, 5))
