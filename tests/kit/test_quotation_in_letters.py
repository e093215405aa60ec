"""A firm with quotation marks in its name has inner ones within Russian text, in letters, models and the move."""

from __future__ import annotations

import re

import pytest

from mailsetup.kit import plain_text, render
from mailsetup.kit.signatures import render as signature
from mailsetup.kit.templates.composing import compose
from mailsetup.model.brand import Layout, LocalText

from .firms import BRAND, DAY, firm, staff
from .letter_worlds import CATALOGUE, IDS

DOUBLED = re.compile(r"«[^»]*[«\"]|»»")
NAMES = ("ООО «Ромашка»", 'ООО "Ромашка"', "ООО „Ромашка“")


@pytest.mark.parametrize("name", NAMES)
def test_no_letter_doubles_the_marks(name: str) -> None:
    """
    Subject, preheader, text and HTML of every letter in Russian; the English ones keep the name as it is written.
    """
    brand = firm(BRAND, name=name, name_local=LocalText())
    faults = []
    for id in IDS:
        letter = compose(CATALOGUE.get(id), brand, CATALOGUE, locale="ru")
        words = [letter.subject, letter.preheader, plain_text.write(letter)]
        if CATALOGUE.get(id).html:
            words.append(re.sub(r"<[^>]*>|&[a-z0-9#]+;", " ", render.html(letter)))
        faults += [(id, match[0]) for text in words for match in DOUBLED.finditer(text)]

    assert [] == faults
    english = compose(CATALOGUE.get("account.welcome"), brand, CATALOGUE, locale="en")
    assert name in plain_text.write(english)


def test_a_letter_has_the_inner_marks() -> None:
    """
    «ООО „Ромашка“».
    """
    brand = firm(BRAND, name=NAMES[0], name_local=LocalText())
    letter = compose(CATALOGUE.get("account.welcome"), brand, CATALOGUE, locale="ru")

    assert "«ООО „Ромашка“»" in letter.subject


@pytest.mark.parametrize("layout", list(Layout))
def test_a_signature_keeps_the_name_as_it_is_written(layout: Layout) -> None:
    """
    There it stands alone, outside any marks.
    """
    brand = firm(BRAND, name=NAMES[0], name_local=LocalText())
    made = render_text(brand, layout)

    assert "««" not in made and "»»" not in made


def render_text(brand: object, layout: Layout) -> str:
    """HTML and text of Anna's signature."""
    made = signature(brand, staff()[0], layout, "ru", DAY)  # type: ignore[arg-type]
    return made.html + made.text
