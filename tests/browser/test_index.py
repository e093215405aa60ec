"""The table of a batch in Chromium: a thousand domains, sorted and filtered without a pause."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .chromium import DESK, PHONE, Reader

pytestmark = pytest.mark.real
NOTICED = 400  # milliseconds, on a machine that other tests share; a change within 100 ms counts as at once

SLOWEST = """() => {
  const query = document.getElementById("q");
  const spent = [];
  function time(act) {
    const before = performance.now();
    act();
    document.body.offsetHeight;
    spent.push(performance.now() - before);
  }
  for (const text of ["d", "d0", "d00", "d0012", ""]) {
    time(() => { query.value = text; query.dispatchEvent(new Event("input")); });
  }
  for (const chip of document.querySelectorAll(".chip")) time(() => chip.click());
  return spent;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_table_reads_well_everywhere(browser: Any, short_index: Path, width: int, scheme: str) -> None:
    """
    No console message, no request, no violation, nothing to scroll sideways.
    """
    with Reader(browser, short_index, width, scheme) as reader:
        assert ([], [], []) == (reader.violations(), reader.said, reader.asked)
        assert not reader.too_wide()


def test_filters_answer_at_once(browser: Any, index: Path, score: Any) -> None:
    """
    A thousand rows are filtered before anybody notices.
    """
    with Reader(browser, index) as reader:
        spent = sorted(reader.page.evaluate(SLOWEST))
        middle = spent[len(spent) // 2]
        score(f"html index: 1000 domains filtered in {middle:.0f} ms (median), {spent[-1]:.0f} ms (worst)")

    assert spent[-1] < NOTICED


def test_search_grade_and_findings_are_filters(browser: Any, index: Path) -> None:
    """
    Filters narrow together, and say how many are left.
    """
    with Reader(browser, index) as reader:
        page = reader.page
        shown = page.locator("#shown")

        assert "1000 of 1000 domains shown" == shown.inner_text()
        page.get_by_label("Search").fill("d001")
        assert "10 of 1000 domains shown" == shown.inner_text()
        page.get_by_role("button", name="A ").first.click()
        assert "1 of 1000 domains shown" == shown.inner_text()
        assert "d0014.example.com" == page.locator("tbody tr:visible th").inner_text()
        page.get_by_label("Search").fill("nobody")
        assert page.get_by_text("No domain fits these filters.").is_visible()


def test_columns_sort_both_ways(browser: Any, index: Path) -> None:
    """
    A click sorts, another turns it round, and the heading says so to screen readers.
    """
    with Reader(browser, index) as reader:
        page = reader.page
        head = page.get_by_role("columnheader", name="Domain")
        first = page.locator("tbody tr th").first
        order = []
        for _ in range(2):
            head.get_by_role("button").click()
            order.append((head.get_attribute("aria-sort"), first.inner_text()))

    assert [("ascending", "d0000.example.com"), ("descending", "d0999.example.com")] == order


def test_without_a_script_the_table_is_there(browser: Any, index: Path) -> None:
    """
    All rows can be read; what needs a script is not shown.
    """
    with Reader(browser, index, java_script_enabled=False) as reader:
        assert 1000 == reader.page.locator("tbody tr").count()
        assert not reader.page.get_by_role("search").is_visible()
