"""The pages under test, written once: a rich report, one of hostile texts, and an index of a thousand domains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mailsetup.forms import html
from mailsetup.model.report_brand import ReportBrand
from tests.forms.gallery import HOSTILE, every_status, run

from .chromium import chromium

MANY = 1000
BRAND = ReportBrand(
    "Fern Mail",
    "The Consultant",
    "Deliverability",
    "ada@fern.example",
    primary="#4a2b7b",
    on_primary="#ffffff",
)
BEFORE = {
    "example.com": {
        "domain": "example.com",
        "as_of": "2026-01-01T00:00:00Z",
        "grade": "F",
        "verdicts": [
            {
                "check": "names/does-not-exist",
                "status": "fail",
                "findings": [{"owner": "example.com", "severity": "error", "message": "it was not there"}],
            }
        ],
    }
}
READINESS = (
    {
        "receiver": "one",
        "name": "A receiver",
        "rules": [
            {
                "id": status,
                "requirement": f"a rule {status}",
                "level": "required",
                "status": status,
                "because": ["spf/x"],
            }
            for status in ("meets", "misses", "unknown", "dns_cannot_tell", "not_applicable")
        ],
    },
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser for the tests of a module; its driver keeps an event loop running, which other tests must not meet."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with everything a report can show, its texts hostile."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    shown = replace(every_status(text=HOSTILE[0]), readiness=READINESS)
    path.write_text(
        "".join(html.render(run(shown, brand=BRAND, before=BEFORE))), encoding="utf-8", newline="\n"
    )
    return path


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of a thousand domains."""
    return _table(tmp_path_factory.mktemp("index") / "index.html", MANY)


@pytest.fixture(scope="session")
def short_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of every grade and every hostile text, short enough for axe-core to look at each cell soon."""
    return _table(tmp_path_factory.mktemp("index") / "short.html", 70)


def _table(path: Path, many: int) -> Path:
    grades = ("A", "B", "B, 2 questions open", "C", "D", "F", "not graded, 9 questions open")
    reports = (
        replace(
            every_status(f"d{n:04}.example.com", HOSTILE[n % len(HOSTILE)]), grade=grades[n % len(grades)]
        )
        for n in range(many)
    )
    path.write_text("".join(html.render(run(reports=reports, brand=BRAND))), encoding="utf-8", newline="\n")
    return path
