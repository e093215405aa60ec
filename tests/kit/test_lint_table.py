"""Every rule is that of the design's table: its number, how grave it is, and whether it mends."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from mailsetup.kit.lint.catalogue import rules
from mailsetup.model.finding import Severity

TABLE = Path(__file__).resolve().parents[3] / "shared" / "facts" / "templates.md"
SEVERITIES = {"E": Severity.ERROR, "W": Severity.WARNING, "I": Severity.INFO}
EVERY = tuple(rule for rule in rules() if rule.group != "LNT")
"""All but those about the lint's own comments and sources, which the design asks for in words (section 4.0)."""
ROW = re.compile(r"^\| ([A-Z0-9]{3}-\d\d) \| ([EWI]) \|[^|]*\|[^|]*\|([^|]*)\|[^|]*\|$", re.MULTILINE)


@pytest.fixture(scope="module")
def rows() -> dict[str, tuple[Severity, bool]]:
    """The rows of section 4 by rule: severity, and whether ``--fix`` can do it."""
    if not TABLE.is_file():
        if os.environ.get("CI") == "true":
            pytest.fail(f"the design's table is not there: {TABLE}")
        pytest.skip("the design's table is not on this machine")
    text = TABLE.read_text("utf-8")
    section = text[text.index("\n## 4. ") : text.index("\n## 5. ")]
    return {
        id: (SEVERITIES[severity], fix.strip().startswith("y")) for id, severity, fix in ROW.findall(section)
    }


def test_the_rules_are_those_of_the_table(rows: dict[str, tuple[Severity, bool]]) -> None:
    """None is left out and none invented."""
    assert set(rows) == {rule.id for rule in EVERY}


def test_a_rule_is_as_grave_as_the_table_says(rows: dict[str, tuple[Severity, bool]]) -> None:
    """Error, warning or note."""
    assert {id: severity for id, (severity, _) in rows.items()} == {r.id: r.severity for r in EVERY}


def test_a_rule_mends_where_the_table_says_so(rows: dict[str, tuple[Severity, bool]]) -> None:
    """And nowhere else."""
    assert {id for id, (_, mends) in rows.items() if mends} == {r.id for r in EVERY if r.fixes}
