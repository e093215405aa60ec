"""Letters, a draft and a signature in Thunderbird: what its windows are called, and the brand's colours on its screen."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mailsetup.kit import eml, templates
from mailsetup.kit.letter import Letter
from mailsetup.kit.signatures.person_files import Wishes, person_files
from mailsetup.model.brand import Layout
from tests.servers.thunderbird import thunderbird

from .firms import DAY, firm, staff
from .letter_worlds import LAVISH, letter

pytestmark = [
    pytest.mark.real,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="needs Xvfb, a screen that nobody sees"),
]
BUTTON = 3000  # points: a button is about 240 x 50, its words and corners aside
STRIPE = 1000  # points: the stripe above a letter is 4 px high; the button may be below the window
BAR = 200  # points: the bar of a signature is 3 px wide
LETTERS = [("order.confirmed", "en"), ("account.reset", "ru"), ("marketing.news", "en")]


def _file(made: Letter, folder: Path, *, unsent: bool) -> str:
    path = folder / "letter.eml"
    path.write_bytes(eml.draft(made, templates.AS_OF, unsent=unsent))
    return str(path)


@pytest.mark.parametrize(("id", "locale"), LETTERS)
def test_a_letter_is_shown(id: str, locale: str, tmp_path: Path) -> None:
    """
    The window is called as the subject, nothing else opens, and the button has the brand's colour.
    """
    made = letter(id, locale)
    with thunderbird(tmp_path, "-file", _file(made, tmp_path, unsent=False)) as screen:
        titles = screen.wait(made.subject)
        painted = screen.pixels(LAVISH.palette.light.primary, BUTTON)

    assert all(title.endswith("Mozilla Thunderbird") for title in titles)
    assert painted >= BUTTON


@pytest.mark.parametrize(("id", "locale"), LETTERS)
def test_the_button_outlives_the_dark(id: str, locale: str, tmp_path: Path) -> None:
    """
    Thunderbird repaints mail in the dark; the button keeps its ground.
    """
    made = letter(id, locale)
    argument = _file(made, tmp_path, unsent=False)
    with thunderbird(tmp_path, "-file", argument, ui__systemUsesDarkTheme=1) as screen:
        screen.wait(made.subject)
        painted = screen.pixels(LAVISH.palette.light.primary, BUTTON)
        white = screen.pixels("#ffffff", 0)

    assert painted >= BUTTON
    assert white < 100_000  # the card is dark


def test_a_draft_opens_to_be_written_on(tmp_path: Path) -> None:
    """
    ``X-Unsent: 1`` opens the window for writing, with the subject and the whole HTML.
    """
    made = letter("order.confirmed", "ru")
    with thunderbird(tmp_path, "-file", _file(made, tmp_path, unsent=True)) as screen:
        titles = screen.wait(f"Write: {made.subject}")
        painted = screen.pixels(LAVISH.palette.light.primary, STRIPE)

    assert titles
    assert painted >= STRIPE


def test_a_signature_stands_under_a_new_letter(tmp_path: Path) -> None:
    """
    The file that the kit writes for Thunderbird appears with the bar in the brand's accent.
    """
    made = dict(person_files(firm(), staff()[0], Wishes(DAY, (Layout.BAR,))))
    signature = tmp_path / "bar.html"
    signature.write_bytes(made["signatures/people/anna/ru/bar.html"])
    with thunderbird(
        tmp_path,
        "-compose",
        "to=client@example.com,subject=Hello",
        mail__identity__id1__attach_signature=True,
        mail__identity__id1__sig_file=str(signature),
    ) as screen:
        screen.wait("Write: Hello")
        painted = screen.pixels(firm().palette.light.accent, BAR)

    assert painted >= BAR
