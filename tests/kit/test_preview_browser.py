"""The gallery in Chromium, as somebody uses it: search, ways to look, copying, and a letter filled in and saved."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailsetup.run.kit_lint import LintSettings, lint_bytes
from mailsetup.run.kit_preview import preview_page
from tests.browser.chromium import Reader, chromium
from tests.kit.lint_world import TODAY, firm
from tests.kit.test_preview import ANNA

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page on disk."""
    path = tmp_path_factory.mktemp("gallery") / "kit-preview.html"
    path.write_text(preview_page(firm(), (ANNA,), day=TODAY), encoding="utf-8")
    return path


@pytest.fixture
def page(browser: Any, gallery: Path) -> Iterator[Any]:
    """The gallery, open; nothing may be asked of the network or go wrong while it is."""
    with Reader(browser, gallery, permissions=["clipboard-read", "clipboard-write"]) as reader:
        yield reader.page

        assert [] == reader.asked
        assert [] == reader.said


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 600, 1280])
@pytest.mark.parametrize("place", ["letter/order.confirmed", "models", "signature/anna/photo"])
def test_nothing_is_wider_than_the_window(
    browser: Any, gallery: Path, width: int, scheme: str, place: str
) -> None:
    """On a phone, in a mail window and on a desk, by day and in the dark, with all modes at once."""
    with Reader(browser, gallery, width, scheme) as reader:
        reader.page.evaluate("place => { location.hash = place; }", place)
        reader.page.reload()
        every = reader.page.get_by_role("button", name="All at once")
        if every.count():
            every.click()
        wide = reader.page.evaluate("document.documentElement.scrollWidth")

    assert wide <= width


def test_search_narrows_letters_and_signatures(page: Any) -> None:
    """By words of the letter as well as by its name."""
    every = page.locator("#nav li").count()
    page.fill("#search", "refund")
    some = page.locator("#nav li").count()
    page.fill("#search", "no such words anywhere")

    assert every > 60 and 1 < some < every
    assert "Nothing found" in page.locator("#nav").inner_text()


@pytest.mark.parametrize(
    ("mode", "script", "expected"),
    [
        ("Light", "getComputedStyle(d.documentElement).colorScheme", "light only"),
        ("Dark", "getComputedStyle(d.documentElement).colorScheme", "dark"),
        ("Inverted", "getComputedStyle(d.documentElement).filter.startsWith('invert')", True),
        ("Images off", "d.querySelectorAll('img[src]').length", 0),
        ("Styles stripped", "[...d.styleSheets].flatMap(s => [...s.cssRules]).length <= 4", True),
    ],
)
def test_a_letter_is_shown_as_programs_would(page: Any, mode: str, script: str, expected: object) -> None:
    """Light, dark, inverted, images off, styles stripped; each at two widths."""
    page.get_by_role("button", name=mode, exact=True).click()
    page.wait_for_timeout(300)
    found = page.evaluate(
        f"[...document.querySelectorAll('#main iframe')].map(f => {{ const d = f.contentDocument; return {script}; }})"
    )

    assert [expected, expected] == found


def test_copying_brings_the_letter(page: Any) -> None:
    """The text, and the letter as a mail program takes it."""
    page.get_by_role("button", name="Copy text").click()
    text = page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name="Copy letter").click()
    page.wait_for_function("document.getElementById('status').textContent !== ''")
    html = page.evaluate(
        "navigator.clipboard.read().then(all => all[0].getType('text/html')).then(one => one.text())"
    )

    assert text.startswith("Hello Anna,")
    assert "Track the parcel" in html and "<table" in html


@pytest.mark.parametrize(
    "letter", ["order.shipped", "order.changed", "invoice.sent", "marketing.news", "feedback.survey"]
)
@pytest.mark.parametrize("lang", ["EN", "RU"])
def test_what_is_filled_in_is_filled_in_everywhere(page: Any, lang: str, letter: str) -> None:
    """Names divided at a line's end, held together by blanks that do not break, or that only the page has."""
    page.get_by_role("button", name=lang, exact=True).click()
    page.locator(f'[data-id="letter/{letter}"]').click()
    page.locator(".tabs button").nth(2).click()
    for field in page.locator("form textarea").all():
        field.fill("twelve")
    with page.expect_download() as saved:
        page.locator(".fill .bar button").last.click()
    draft = email.message_from_bytes(Path(saved.value.path()).read_bytes(), policy=email.policy.default)

    assert "[[" not in "".join(part.get_content() for part in draft.iter_parts())


@pytest.mark.parametrize("lang", ["EN", "RU"])
def test_the_form_makes_a_finished_letter(page: Any, lang: str, tmp_path: Path) -> None:
    """Every field filled in, the letter is complete, and the saved draft is one the lint has no error in."""
    page.get_by_role("button", name=lang, exact=True).click()
    page.locator('[data-id="letter/support.complaint"]').click()
    page.locator(".tabs button").nth(2).click()
    for field in page.locator("form textarea").all():
        field.fill({"EN": "twelve", "RU": "двенадцать"}[lang])
    with page.expect_download() as saved:
        page.locator(".fill .bar button").last.click()
    data = Path(saved.value.path()).read_bytes()
    draft = email.message_from_bytes(data, policy=email.policy.default)
    report = lint_bytes("draft.eml", data, LintSettings(kind="R", locale=lang.lower())).report
    wrong = {v.check for v in report.verdicts for f in v.findings if f.severity == "error"}

    assert 0 == page.locator("#result mark").count()
    assert ["text/plain", "text/html"] == [part.get_content_type() for part in draft.iter_parts()]
    assert "[[" not in str(draft["Subject"]) + "".join(part.get_content() for part in draft.iter_parts())
    assert set() == wrong
