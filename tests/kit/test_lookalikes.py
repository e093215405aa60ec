"""Letters in Cyrillic with many Latin addresses: never so many small "e" that a filter suspects look-alikes."""

from __future__ import annotations

import re

import pytest

from mailsetup.kit import eml, plain_text, render
from mailsetup.kit.lint import document, judge
from mailsetup.kit.lookalikes import in_capitals
from mailsetup.kit.templates import AS_OF
from mailsetup.model.brand import Brand
from mailsetup.model.finding import Severity

from .letter_worlds import CATALOGUE, IDS, RICH_IN_E, VOICES, Page, letter
from .lint_world import TODAY

rich = pytest.mark.parametrize("brand", list(RICH_IN_E.values()), ids=list(RICH_IN_E))
MANY = 20  # as SpamAssassin's MIXED_ES counts, in subject, text and HTML together


@rich
@pytest.mark.parametrize("voice", VOICES)
def test_no_russian_letter_holds_many_latin_e(brand: Brand, voice: str) -> None:
    """
    Whatever the domain and the street: twenty at most, or so few Cyrillic ones that it is another matter.
    """
    found = {}
    for id in IDS:
        made = letter(id, "ru", voice, brand)
        text = made.subject + plain_text.write(made)
        text += Page(render.html(made)).text if CATALOGUE.get(id).html else ""
        found[id] = text.count("e")

    assert {} == {id: many for id, many in found.items() if many > MANY}


@rich
@pytest.mark.parametrize("id", IDS)
def test_only_hosts_and_the_postal_address_change(brand: Brand, id: str) -> None:
    """
    Case apart the letter says what it said; paths and local parts keep theirs, links lead where they led.
    """
    made = letter(id, "ru", "friendly", brand)
    written = plain_text.write(made)
    told = "".join(f"{line.text}\n" for line in plain_text.of_blocks(made.blocks))
    kept = re.findall(r"https://[^/\s]+(/\S*)|(\S+@)", told)
    hosts = re.findall(r"https://([^/]+)", " ".join(a["href"] for a in Page(render.html(made)).all("a")))

    assert written.lower().startswith(told.lower())
    assert [] == [path or local for path, local in kept if (path or local) not in written]
    assert [] == [host for host in hosts if host != host.lower()]


@pytest.mark.parametrize("id", IDS)
def test_letters_in_latin_have_no_capitals(id: str) -> None:
    """
    English is full of "e" and needs none.
    """
    for brand in RICH_IN_E.values():
        made = letter(id, "en", "friendly", brand)

        assert not re.search(r"(?:://|@)[^\s/a-z]+\b", plain_text.write(made))


def test_a_domain_of_few_e_keeps_its_looks() -> None:
    """
    Only what would be suspected is changed.
    """
    made = letter("order.confirmed", "ru")

    assert "https://fern.example/" in plain_text.write(made)
    assert "FERN" not in plain_text.write(made) + Page(render.html(made)).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://green.example/See?e=e#e", "https://GREEN.EXAMPLE/See?e=e#e"),
        ("Пишите: hello.eve@green.example, или", "Пишите: hello.eve@GREEN.EXAMPLE, или"),
        ("green.example и сеть", "green.example и сеть"),
        ("https://green.example", "https://GREEN.EXAMPLE"),
        ("a@b", "a@b"),
    ],
)
def test_only_a_host_is_capitalised(text: str, expected: str) -> None:
    """
    Not its path, not a local part, no word.
    """
    assert expected == in_capitals(text)
    assert expected == in_capitals(expected)


def test_the_lint_has_nothing_against_capitals() -> None:
    """
    The case of a host means nothing: shown and target, button and text, brand and link are the same.
    """
    name, brand = next(reversed(RICH_IN_E.items()))
    drafts = {id: eml.draft(letter(id, "ru", "friendly", brand), AS_OF) for id in IDS}
    found = {
        id: judge.judge(document.read(f"{id}.eml", data, brand=brand, today=TODAY)).report
        for id, data in drafts.items()
    }
    against = [
        f"{name} {id} {f.check}: {f.message}"
        for id, report in found.items()
        for v in report.verdicts
        for f in v.findings
        if f.severity is not Severity.INFO
    ]

    assert [] == against
