"""How letters name addresses and sites: in words that lead there, once, in headers that begin on their own line."""

from __future__ import annotations

import email
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest

from mailsetup.kit import eml, plain_text, render, templates
from mailsetup.kit.letter import Letter

from .letter_worlds import IDS, LAVISH, letter


def test_words_lead_to_a_typed_address() -> None:
    """
    ``[Write to us]({{ brand.support }})`` is a link with those words in HTML, and tells the address in text.
    """
    made = letter("support.answer-one", "ru")

    assert '<a href="mailto:support@fern.example"' in render.html(made)
    assert ">Написать нам</a>" in render.html(made)
    assert "Написать нам: support@fern.example" in plain_text.write(made)


@pytest.mark.parametrize("locale", ["en", "ru"])
@pytest.mark.parametrize("id", IDS)
def test_a_contact_is_told_once(id: str, locale: str) -> None:
    """
    The footer tells the address and the site unless the letter has told them; no letter is without both.
    """
    made = letter(id, locale)
    body = " ".join(cell for block in made.blocks for row in block.rows for cell in (*row, block.url))
    below = plain_text.write(made).rpartition("-- \n")[2].lower()  # hosts may stand in capitals

    for contact in ("support@fern.example", "https://fern.example/"):
        assert (contact in body) != (contact in below)


@pytest.mark.parametrize("name", ["Анна Викторовна Преображенская", "Anna", "Ā" * 60])
def test_a_mailbox_begins_on_the_line_of_its_header(name: str) -> None:
    """
    ``To:`` never stands alone on a line; what is read back is the mailbox.
    """
    values = {"customer": {"name": name, "email": "anna.preobrazhenskaya@subsidiary.example.com"}}
    data = eml.draft(_filled(values), templates.AS_OF)
    shown, _ = parseaddr(str(make_header(decode_header(email.message_from_bytes(data)["To"]))))

    assert not [line for line in data.split(b"\r\n") if line.endswith(b":") and line[:1].isalpha()]
    assert max(map(len, data.partition(b"\r\n\r\n")[0].split(b"\r\n"))) <= 78
    assert name == shown


def _filled(values: dict[str, object]) -> Letter:
    return letter(
        "support.criticism",
        values={**values, "point": "p", "action": "a", "contact": "anna@fern.example"},
        brand=LAVISH,
    )
