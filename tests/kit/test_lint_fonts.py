"""Fonts of the web: a family behind them that every machine has, and one that Word is told (CSS-08)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mailsetup.kit import templates
from mailsetup.kit.lint import mending
from mailsetup.kit.signatures.render import render
from mailsetup.model.brand import Fonts, Layout, LocalText, Person
from tests.kit.lint_world import firm, read, verdicts

FACE = "<style>@font-face{font-family:Inter;src:url(https://fern.example/i.woff2)}</style>"
FOR_WORD = "<!--[if mso]><style>td,p{font-family:Arial,sans-serif !important}</style><![endif]-->"


def fires(html: str) -> bool:
    """Whether the rule does."""
    return bool(verdicts(read(html, "a.html", kind="T", locale="en"))["CSS-08"].findings)


@pytest.mark.parametrize(
    ("html", "bad"),
    [
        ('<p style="font-family:Inter">Hello</p>', True),
        ('<p style="font-family:Inter,Arial,sans-serif">Hello</p>', True),  # Word is told nothing
        ('<p style="font-family:Inter;mso-font-alt:Arial">Hello</p>', True),  # others have no fallback
        ('<p style="font-family:Inter,Arial;mso-font-alt:Arial">Hello</p>', False),
        ('<p style="font-family:Inter,Arial;mso-generic-font-family:swiss">Hello</p>', False),
        (f'{FOR_WORD}<p style="font-family:Inter,Arial,sans-serif">Hello</p>', False),
        ("<!--[if mso]><style>p{font-family:Arial}</style><![endif]--><p style=\"font-family:Inter,Arial\">Hello</p>", True),
        ("<!--[if mso]><p>Hello</p><![endif]--><p style=\"font-family:Inter,Arial\">Hello</p>", True),
        ('<p style="font-family:-apple-system,\'Segoe UI\',Arial,sans-serif">Hello</p>', False),
        ('<p style="font-family:Georgia,serif">Hello</p>', False),
        (f"{FACE}<p>Hello</p>", False),  # what nothing is set in
        (f"{FACE}<style>p{{font-family:Inter,Arial}}</style><p>Hello</p>", True),
        (f"{FACE}<style>p{{font-family:Inter,Arial;mso-font-alt:Arial}}</style><p>Hello</p>", False),
    ],
)  # fmt: skip
def test_a_font_of_the_web_needs_both(html: str, *, bad: bool) -> None:
    """A safe fallback for all programs, and a rule of Microsoft's for Word."""
    assert bad == fires(html)


@pytest.mark.parametrize(
    "html",
    [
        '<p style="font-family:Inter">Hello</p>',
        "<p style=\"color:#111111;font-family:'Playfair Display',Georgia,serif !important\">Hello</p>",
        "<style>p{font-family:Lora}</style><p>Hello</p>",
        f"{FOR_WORD}<p style=\"font-family:'Fira Code'\">Hello</p>",
    ],
)
def test_both_are_mended(html: str) -> None:
    """Once; what describes a font is left as it is."""
    once = mending.mend(read(html, "a.html", kind="T", locale="en")).source

    assert not fires(once)
    assert once == mending.mend(read(once, "a.html", kind="T", locale="en")).source


def test_signatures_in_a_font_of_the_web_tell_word_too() -> None:
    """What the kit writes for a firm with such a font passes."""
    inter = ("Inter", "Arial", "sans-serif")
    brand = replace(firm(), fonts=Fonts(inter, inter))
    anna = Person("anna", "Anna Weber", "anna@fern.example", role=LocalText.of("Sales"))
    for layout in Layout:
        made = render(brand, anna, layout, "en", date(2026, 11, 21)).html

        assert not verdicts(read(made, "signatures/a.gmail.html", brand=brand))["CSS-08"].findings, layout


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_letters_in_a_font_of_the_web_tell_word_too(locale: str) -> None:
    """Every letter and signature of a firm with such a font, by the whole lint."""
    inter = ("Inter", "Arial", "sans-serif")
    brand = replace(firm(), fonts=Fonts(inter, inter))
    made = [
        f for f in templates.letters(brand, (), (locale,), ("formal",)) if f[0].endswith((".html", ".eml"))
    ]
    told = {
        f"{path}: {f.message}"
        for path, data in made
        for f in verdicts(read(data, path, brand=brand))["CSS-08"].findings
        if not path.endswith("index.html")
    }

    assert set() == told
    assert len(made) > 50
