"""What a hostile brand, customer or template can do: nothing, or one sentence with file and line."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsetup.kit import eml, plain_text, render, templates
from mailsetup.kit.letter import BLOCK, BOLD, FIELD, LABEL, Letter, clean
from mailsetup.model.errors import InputError

from .letter_worlds import CATALOGUE, HOSTILE, HOSTILE_SENDER, IDS, LAVISH, Page, hostile_brand, letter

DAY = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
OWN = "own"
HEAD = '+++\nsubject = "A subject of ours"\n+++\n'
TOML = '[variables]\nname = "text"\nitems = "list"\n'


def own(body: str, toml: str = TOML, head: str = HEAD) -> templates.Catalogue:
    """The catalogue with one own template of that text."""
    return templates.with_own(
        CATALOGUE, {"ours.test/template.toml": toml, "ours.test/en.txt": head + body}, OWN
    )


def fill(body: str, **values: Any) -> Letter:
    """The letter of an own template."""
    found = own(body)
    given = {"name": "Anna", "items": ["a", "b"], "customer": {"name": "Anna"}, **values}
    template = found.get("ours.test")
    return templates.compose(template, LAVISH, found, locale="en", voice="friendly", values=given)


def inert(made: Letter) -> None:
    """Nothing of the attack works in any form."""
    html, text, octets = render.html(made), plain_text.write(made), eml.draft(made, DAY)
    page = Page(html)
    message = email.message_from_bytes(octets, policy=email.policy.default)
    scripts = [s for s in page.all("script") if s.get("type") != "application/ld+json"]

    assert [] == scripts
    assert [] == [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert "\u202e" not in html + text + str(message["Subject"]) + str(message["From"])
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f]", html + text)
    assert "49" not in page.text + text
    assert message["Bcc"] is None and "\r\n\r\n" in octets.decode("ascii")
    assert [] == [a["href"] for a in page.all("a") if not re.match("https?:|mailto:|tel:", a["href"])]


@pytest.mark.parametrize("id", IDS)
def test_hostile_brands_and_colleagues_are_inert(id: str) -> None:
    """
    HTML, Jinja, line breaks, marks of ours and direction overrides stay text.
    """
    made = letter(id, brand=hostile_brand(), sender=HOSTILE_SENDER)

    inert(made)


def test_hostile_values_are_inert() -> None:
    """
    As a customer's own words, in a paragraph, a list, a fact, a quotation, a cell.
    """
    made = fill(
        "{{ name }}\n\n> {{ name }}\n\n@for i in items\n- {{ i }}\n= x | {{ i }}\n@end\n|# a | b\n| {{ name }} | 1\n",
        name=HOSTILE,
        items=[HOSTILE, HOSTILE],
        customer={"name": HOSTILE, "greeting": HOSTILE},
    )

    inert(made)
    assert [] == [block for block in made.blocks if block.kind == "button"]


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_value_forges_a_mark(text: str) -> None:
    """
    Whatever the text: no mark of ours survives in it, and the letter stays of 70 columns.
    """
    made = fill("Said: {{ name }}\n", name=text or "-")
    wide = [line for line in plain_text.write(made).splitlines() if plain_text.width(line) > plain_text.WIDTH]

    assert not set(clean(text)) & {BLOCK, FIELD, BOLD, LABEL}
    assert [] == [line for line in wide if "://" not in line]
    assert 3 <= len(made.blocks)


FAULTS = {
    "an unknown variable": ("Hello\n\n{{ nme }}\n", "own/ours.test/en.txt:6:", "nme"),
    "an unknown part": ("Hello\n{{ brand.nme }}\n", "own/ours.test/en.txt:5:", "nme"),
    "an endless loop": (
        "@for a in items\n@for b in items\n@for c in items\n{{ c }}\n@end\n@end\n@end\n",
        ":",
        "2000",
    ),
    "a loop not ended": ("@for a in items\n- {{ a }}\n", "own/ours.test/en.txt", "@end"),
    "an unknown block": ("Text\n\n@buton {{ name }} Go\n", "own/ours.test/en.txt:6:", "@buton"),
    "an unknown filter": ("{{ name | attr('x') }}\n", "own/ours.test/en.txt:4:", "attr"),
    "broken Jinja": ("Text\n{{ name \n", "own/ours.test/en.txt:", "expected"),
    "a call": ("{{ name.upper() }}\n", "own/ours.test/en.txt:4:", "call"),
    "a macro": ("{% macro m() %}{% endmacro %}\n", "own/ours.test/en.txt:4:", "macro"),
    "a product": ("{{ 'a' * 999999999 }}\n", "own/ours.test/en.txt:4:", "mul"),
    "an attribute of Python": ("{{ name.__class__ }}\n", "own/ours.test/en.txt:4:", "__class__"),
    "a file of ours": ("{% include 'x' %}\n", "own/ours.test/en.txt:4:", "include"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_wrong_template_is_one_sentence_with_its_place(case: str) -> None:
    """
    File, line, and what to do; never a traceback, never a hang.
    """
    body, place, word = FAULTS[case]
    with pytest.raises(InputError) as fault:
        fill(body, items=[str(n) for n in range(100)])

    assert place in str(fault.value)
    assert word in str(fault.value)
    assert "\n" not in str(fault.value)


def test_unknown_variables_are_found_before_any_letter_is_written() -> None:
    """
    Also those in a branch that no sample takes.
    """
    found = own("@if name\nx\n@else\n{{ nobody }}\n@end\n")
    with pytest.raises(InputError) as fault:
        templates.check(found.get("ours.test"), found)

    assert 'own/ours.test/en.txt:7: unknown variable "nobody"' in str(fault.value)


BROKEN_FILES = {
    "no subject": ({"a.b/template.toml": "", "a.b/en.txt": "+++\n+++\nx"}, "subject"),
    "no fence": ({"a.b/template.toml": "", "a.b/en.txt": "Hello"}, "+++"),
    "no text": ({"a.b/template.toml": ""}, "en.txt"),
    "no table": ({"a.b/en.txt": HEAD}, "template.toml"),
    "bad TOML": ({"a.b/template.toml": "class = ", "a.b/en.txt": HEAD}, "template.toml:1"),
    "an unknown key": ({"a.b/template.toml": "clas = 'R'", "a.b/en.txt": HEAD}, "clas"),
    "an unknown kind": ({"a.b/template.toml": "[variables]\nx = 'txt'", "a.b/en.txt": HEAD}, "txt"),
    "a path as id": ({"..x/template.toml": "", "..x/en.txt": HEAD}, "..x"),
    "an unknown class": ({"a.b/template.toml": "class = 'Z'", "a.b/en.txt": HEAD}, "class"),
}


@pytest.mark.parametrize("case", BROKEN_FILES)
def test_a_wrong_folder_is_one_sentence(case: str) -> None:
    """
    What is wrong, in which file.
    """
    files, word = BROKEN_FILES[case]
    with pytest.raises(InputError) as fault:
        templates.with_own(CATALOGUE, files, OWN)

    assert word in str(fault.value) and OWN in str(fault.value)


WRONG_VALUES = [
    ("order.shipped", {"tracking_url": "javascript:alert(1)"}, "tracking_url"),
    ("order.shipped", {"eta": "soon"}, "eta"),
    ("order.shipped", {"carrier": ""}, "carrier"),
    ("invoice.sent", {"total": "many"}, "total"),
    ("notify.contact", {"changes": [{"feld": "x"}]}, "feld"),
    ("account.reset", {"expires_minutes": -1}, "expires_minutes"),
    ("support.steps", {"steps": "one"}, "steps"),
]


@pytest.mark.parametrize(("id", "wrong", "word"), WRONG_VALUES)
def test_a_wrong_value_is_named(id: str, wrong: dict[str, object], word: str) -> None:
    """
    Which template, which variable, and what to write instead.
    """
    template = CATALOGUE.get(id)
    source = templates.source_in(template, "en")
    good = templates.samples(template, source, CATALOGUE.common["en"], "friendly")
    with pytest.raises(InputError) as fault:
        letter(id, values={**templates.at_home(good, LAVISH), **wrong})

    assert word in str(fault.value)


def test_a_folder_of_ones_own_takes_the_place_of_ours() -> None:
    """
    By id; another locale of ours is one file; what is not named stays ours.
    """
    files = {
        "support.ack/template.toml": 'class = "A"\n[variables]\nticket = "code"\n',
        "support.ack/en.txt": '+++\nsubject = "We have it, {{ ticket }}"\n+++\nReally.\n',
        "support.steps/ru.txt": '+++\nsubject = "По шагам: {{ product }}"\n+++\nСвой текст.\n',
    }
    found = templates.with_own(CATALOGUE, files, OWN)
    mine = templates.compose(found.get("support.ack"), LAVISH, found, locale="en", voice="friendly")
    theirs = templates.compose(found.get("support.steps"), LAVISH, found, locale="ru", voice="friendly")
    ours = templates.compose(found.get("support.steps"), LAVISH, found, locale="en", voice="friendly")

    assert "We have it, 2317" == mine.subject
    assert "Свой текст." in plain_text.write(theirs)
    assert "Step by step" in ours.preheader
    assert CATALOGUE.get("order.shipped") is found.get("order.shipped")


def test_a_template_that_is_not_there_names_the_nearest() -> None:
    """
    A slip of the finger gets the right id.
    """
    with pytest.raises(InputError, match=r"order\.shipped"):
        CATALOGUE.get("order.shiped")


def test_an_endless_text_is_refused() -> None:
    """
    A letter larger than Gmail shows is not written.
    """
    with pytest.raises(InputError, match=r"grows beyond|KB"):
        render.html(
            fill(
                "@for i in items\n{{ name }}{{ name }}{{ name }}\n\n@end\n", name="x" * 3900, items=["a"] * 30
            )
        )
