"""The pages in Russian, whose words are longer: they fit a phone and a desk, and columns keep to themselves."""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mailsetup.forms import html
from mailsetup.model.language import speak
from mailsetup.run.language import use
from tests.forms.gallery import every_status, run

from .chromium import DESK, PHONE, Reader
from .conftest import BEFORE, BRAND, READINESS

pytestmark = pytest.mark.real
LEVELS = ("Владелец", "Технический специалист", "Аудитор")
BURSTING = """() => Array.from(document.querySelectorAll(
    "thead th, .sum, .badge, .tile p, .levels button, .chip, h2, h3"))
  .filter((e) => e.offsetParent && !e.classList.contains("vh") && getComputedStyle(e).display !== "inline")
  .filter((e) => e.scrollWidth > e.clientWidth + 1)
  .map((e) => e.textContent.trim())"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """A report with everything a report can show, and a table of several."""
    folder = tmp_path_factory.mktemp("russian")
    use("ru")
    try:
        shown = replace(every_status(), readiness=READINESS)
        made = {
            "report": html.render(run(shown, brand=BRAND, before=BEFORE)),
            "index": html.render(
                run(reports=iter([every_status(f"d{n}.example.com") for n in range(9)]), brand=BRAND)
            ),
        }
        for name, pieces in made.items():
            (folder / f"{name}.html").write_text("".join(pieces), encoding="utf-8", newline="\n")
        yield {name: folder / f"{name}.html" for name in made}
    finally:
        speak(None)
        gettext.textdomain("messages")
        os.environ["LANGUAGE"] = ""


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_report_fits(browser: Any, pages: dict[str, Path], width: int) -> None:
    """
    At every level nothing leaves its place, and axe-core has nothing against the page.
    """
    with Reader(browser, pages["report"], width) as reader:
        found = []
        for level in LEVELS:
            reader.level(level)
            found += [*reader.violations(), *reader.page.evaluate(BURSTING)]

            assert not reader.too_wide(), level

        assert "ru" == reader.page.locator("html").get_attribute("lang")
        assert ([], []) == (found, reader.said)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_table_fits(browser: Any, pages: dict[str, Path], width: int) -> None:
    """
    The headings of the table stand side by side, and its script speaks Russian.
    """
    with Reader(browser, pages["index"], width) as reader:
        assert "Показано доменов: 9 из 9" == reader.page.locator("#shown").inner_text()
        assert ([], [], []) == (reader.violations(), reader.page.evaluate(BURSTING), reader.said)
        assert not reader.too_wide()
