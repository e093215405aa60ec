"""The report as people open it: on a phone and at a desk, light and dark, on paper, by keyboard, without a script."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mailsetup.forms import html
from tests.forms.gallery import every_status, run

from .chromium import DESK, PHONE, Reader

pytestmark = pytest.mark.real
LEVELS = ("Owner", "Technician", "Auditor")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_it_reads_well_everywhere(
    browser: Any, report: Path, width: int, scheme: str, tmp_path: Path
) -> None:
    """
    At every level: nothing is asked of anybody, nothing is said to the console, axe-core finds no violation, the
    page fits the screen.
    """
    with Reader(browser, report, width, scheme) as reader:
        found = []
        for level in LEVELS:
            reader.level(level)
            found += reader.violations()
            picture = reader.page.screenshot(
                path=str(tmp_path / f"{level}-{width}-{scheme}.png"), full_page=True
            )

            assert not reader.too_wide(), level
            assert picture.startswith(b"\x89PNG")

        assert ([], [], []) == (found, reader.said, reader.asked)


def test_a_long_name_does_not_widen_a_phone(browser: Any, tmp_path: Path) -> None:
    """
    The reverse name of an IPv6 address has seventy characters and no place to break.
    """
    report = every_status()
    long = ".".join("10000000000000000000090c304f1110") + ".ip6.arpa"
    verdicts = [
        v._replace(findings=tuple(f._replace(owner=long) for f in v.findings)) for v in report.verdicts
    ]
    path = tmp_path / "long.html"
    path.write_text("".join(html.render(run(replace(report, verdicts=tuple(verdicts))))), encoding="utf-8")
    with Reader(browser, path, PHONE) as reader:
        for level in LEVELS:
            reader.level(level)

            assert long in reader.page.content()
            assert not reader.too_wide(), level


@pytest.mark.parametrize("level", LEVELS)
def test_it_prints_as_a_pdf(browser: Any, report: Path, level: str) -> None:
    """
    Print gives a PDF of a few pages.
    """
    with Reader(browser, report) as reader:
        reader.level(level)
        printed = reader.page.pdf(prefer_css_page_size=True, print_background=True)

    assert printed.startswith(b"%PDF")
    assert (
        1
        < printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") + printed.count(b"/Type/Page")
        < 20
    )


def test_paper_is_white_also_in_the_dark(browser: Any, report: Path) -> None:
    """
    Who reads in the dark does not print it; controls are not printed.
    """
    with Reader(browser, report, scheme="dark") as reader:
        reader.page.emulate_media(media="print", color_scheme="dark")
        color = reader.page.evaluate("getComputedStyle(document.body).backgroundColor")

        assert "rgb(255, 255, 255)" == color
        assert not reader.page.get_by_role("button", name="Technician").is_visible()


def test_forced_colours_leave_the_choice_visible(browser: Any, report: Path, short_index: Path) -> None:
    """
    Where the system chooses the colours, the pressed button still differs from the others.
    """
    color = "button => getComputedStyle(button).backgroundColor"
    with Reader(browser, report, forced_colors="active") as reader:
        levels = [reader.page.get_by_role("button", name=name, exact=True).evaluate(color) for name in LEVELS]
    with Reader(browser, short_index, forced_colors="active") as reader:
        chip = reader.page.locator(".chip").first
        before = chip.evaluate(color)
        chip.click()
        after = chip.evaluate(color)

    assert levels[0] != levels[1] == levels[2]
    assert before != after


def test_without_a_script_it_speaks_to_the_owner(browser: Any, report: Path) -> None:
    """
    The findings and their records are there; what needs a script is not.
    """
    with Reader(browser, report, java_script_enabled=False) as reader:
        page = reader.page

        assert page.get_by_text("v=DMARC1; p=none", exact=True).first.is_visible()
        assert not page.get_by_text("Evidence", exact=True).first.is_visible()
        assert 0 == page.get_by_role("button").count()


def test_each_reader_sees_what_is_theirs(browser: Any, report: Path) -> None:
    """
    Evidence is for who mends, sources are for who checks; nothing is loaded again.
    """
    with Reader(browser, report) as reader:
        seen = {}
        for level in LEVELS:
            reader.level(level)
            seen[level] = tuple(
                reader.page.get_by_text(text).first.is_visible()
                for text in ("Evidence", "Source:", "What to do")
            )
            pressed = reader.page.locator("[aria-pressed=true]").all_inner_texts()

            assert [level] == pressed

    assert {
        "Owner": (False, False, True),
        "Technician": (True, False, True),
        "Auditor": (True, True, True),
    } == seen


def test_the_keyboard_reaches_everything(browser: Any, report: Path) -> None:
    """
    The first key leads past the head, the next to the levels; Enter chooses.
    """
    with Reader(browser, report) as reader:
        page = reader.page
        names = []
        for _ in range(3):
            page.keyboard.press("Tab")
            names.append(page.evaluate("document.activeElement.textContent.trim()"))
        page.keyboard.press("Enter")

        assert ["Skip to the report", "Owner", "Technician"] == names
        assert "technician" == page.evaluate("document.documentElement.dataset.level")


def test_a_record_is_copied_as_the_form_wants_it(browser: Any, report: Path) -> None:
    """
    The button puts the value on the clipboard and says so.
    """
    with Reader(browser, report, permissions=["clipboard-read", "clipboard-write"]) as reader:
        page = reader.page
        article = page.get_by_role("article").filter(has_text="_dmarc.example.com").first
        article.get_by_role("button", name="Copy value").first.click()
        page.wait_for_function("document.getElementById('said').textContent === 'Copied'")

        assert "v=DMARC1; p=none" == page.evaluate("navigator.clipboard.readText()")


def test_hostile_texts_are_only_shown(browser: Any, report: Path) -> None:
    """
    A script from DNS stands on the page as text and did not run.
    """
    with Reader(browser, report) as reader:
        reader.level("Auditor")

        assert reader.page.get_by_text("<script>alert(1)</script>").count() > 3
        assert [] == reader.said


def test_the_policy_holds(browser: Any, report: Path) -> None:
    """
    Even a script that got in could load nothing.
    """
    with Reader(browser, report) as reader:
        outcome = reader.page.evaluate(
            "fetch('https://elsewhere.example/').then(() => 'loaded', () => 'refused')"
        )

        assert "refused" == outcome
        assert any("Content Security Policy" in message for message in reader.said)
