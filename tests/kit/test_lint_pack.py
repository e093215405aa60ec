"""The pack that ships has no error and no warning from its own lint, in every language and voice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailsetup.kit import templates
from mailsetup.kit.lint import document, judge
from mailsetup.kit.moved import Move, moved_files, signature_lines
from mailsetup.kit.signatures.render import document as signature_page
from mailsetup.kit.signatures.render import render
from mailsetup.model.brand import Layout, LocalText, Person, Voice
from mailsetup.model.finding import Severity, Status
from tests.kit.lint_world import TODAY, dictionaries, firm
from tests.kit.test_templates_moved import a_plan

LOCALES = ("en", "ru")


def said(path: str, data: bytes) -> list[str]:
    """What the lint has against a file, notes aside."""
    found = document.read(path, data, brand=firm(), spellers=dictionaries(), today=TODAY)
    report = judge.judge(found).report
    return [
        f"{f.owner} {f.check}: {f.message}"
        for v in report.verdicts
        for f in v.findings
        if f.severity is not Severity.INFO
    ] + [f"{path} {v.check} crashed: {v.reason}" for v in report.verdicts if v.status is Status.CRASHED]


@pytest.mark.parametrize("voice", [Voice.FORMAL, Voice.FRIENDLY])
@pytest.mark.parametrize("locale", LOCALES)
def test_the_shipped_letters_are_clean(locale: str, voice: Voice) -> None:
    """Every letter, as HTML, text and draft, and every model to copy from."""
    files = [
        f
        for f in templates.letters(firm(), (), (locale,), (voice.value,))
        if f[0].endswith((".html", ".txt", ".eml"))
    ]
    letters = [(path, data) for path, data in files if not path.endswith("index.html")]

    assert [] == [line for path, data in letters for line in said(path, data)]
    assert 51 <= len({path.split("/")[-1].split(f".{locale}.")[0] for path, _ in letters})


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("layout", list(Layout))
def test_the_shipped_signatures_are_clean(layout: Layout, locale: str) -> None:
    """Every layout, as it is pasted, as a file and as text."""
    anna = Person("anna", "Anna Weber", "anna@fern.example", role=LocalText.of("Sales"))
    made = render(firm(), anna, layout, locale, TODAY)
    files = {f"signatures/{layout}.{locale}.txt": made.text.encode()}
    if layout is not Layout.TEXT:
        files[f"signatures/{layout}.{locale}.gmail.html"] = made.html.encode()
        files[f"signatures/{layout}.{locale}.html"] = signature_page(firm(), made).encode()

    assert [] == [line for path, data in files.items() for line in said(path, data)]


@pytest.mark.parametrize("voice", [Voice.FORMAL, Voice.FRIENDLY])
@pytest.mark.parametrize("locale", LOCALES)
def test_the_move_is_clean(locale: str, voice: Voice) -> None:
    """Announcement, automatic reply, timetable and the line for signatures; the notice is for a web site."""
    move = Move("fern@example.com", (("support", "support@fern.example"), ("sales", "sales@fern.example")))
    files = [
        (path, data)
        for path, data in moved_files(firm(), move, a_plan(), locales=(locale,), voice=voice.value)
        if "notice-line" not in path
    ]

    assert [] == [line for path, data in files for line in said(path, data)]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("layout", list(Layout))
def test_signatures_in_a_move_are_clean(layout: Layout, locale: str) -> None:
    """The line about the new address can be clicked, and the text stays within its columns."""
    move = Move("fern@example.com", (("support", "support@fern.example"),))
    lines = LocalText(signature_lines(firm(), move, a_plan(), TODAY))
    brand = replace(firm(), signature=replace(firm().signature, notice=lines))
    anna = Person("anna", "Anna Weber", "anna@fern.example", role=LocalText.of("Sales"))
    made = render(brand, anna, layout, locale, TODAY)
    files = {f"signatures/{layout}.{locale}.txt": made.text.encode()}
    if layout is not Layout.TEXT:
        files[f"signatures/{layout}.{locale}.gmail.html"] = made.html.encode()

    assert [] == [line for path, data in files.items() for line in said(path, data)]
    assert "support@fern.example" in made.text or layout is Layout.REPLY
