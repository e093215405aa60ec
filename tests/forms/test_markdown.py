"""Markdown for merge requests: the table stays a table, nothing from DNS is markup, a link or a call to somebody."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from mailsetup.forms import markdown
from mailsetup.model.finding import Fix, Remedy
from mailsetup.model.message import say

from .gallery import every_status, hostile_reports, run

BAR = re.compile(r"(?<!\\)\|")


def lines(*reports: Any) -> list[str]:
    return "".join(markdown.render(run(*reports))).splitlines()


@pytest.mark.parametrize("report", [every_status(), *hostile_reports()], ids=lambda r: r.domain)
def test_each_row_has_its_five_cells(report: Any) -> None:
    """
    No text from DNS adds a cell, a row or a tag.
    """
    told = lines(report)
    rows = [line for line in told if line.startswith("|")]
    outside_code = [re.sub(r"`[^`]*`", "", line) for line in told if not line.startswith("    ")]

    assert [6] * 6 == [len(BAR.findall(row)) for row in rows]
    assert [] == [line for line in outside_code if re.search(r"<[a-z/!]", line)]


def test_nobody_is_called_and_nothing_is_linked() -> None:
    """
    A name in a record pings nobody in a merge request; addresses stay readable.
    """
    assert "@&#8203;everyone" == markdown.text("@everyone")
    assert "ada@fern.example" == markdown.text("ada@fern.example")
    assert "https\\://a.example" == markdown.text("https://a.example")
    assert "\\~all" == markdown.text("~all")


def test_what_is_to_be_deleted_is_said() -> None:
    """
    A record set to be deleted stands among the records, as a comment.
    """
    report = every_status()
    spf = report.verdicts[1]
    delete = spf.findings[0]._replace(remedy=Remedy(say("Delete it."), Fix("old.example.com", "TXT", ())))
    told = lines(replace(report, verdicts=(spf._replace(findings=(delete,)),)))

    assert "    ; delete old.example.com. TXT" in told


def test_what_was_not_decided_is_told_apart() -> None:
    """
    Open, not judged offline and crashed are three things.
    """
    told = "\n".join(lines())

    assert "Open, for want of an answer: `spf/void-lookup`" in told
    assert "Not judged offline: `spf/include-loop`" in told
    assert "please report it: `spf/plus-all`" in told
