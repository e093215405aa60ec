"""Any text at all, wherever DNS may put one: every form stays what it is, and can be written as UTF-8."""

from __future__ import annotations

import csv
import io
import json
from importlib import import_module
from typing import Any

import pytest
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st

from .gallery import every_status, run
from .test_html import Page
from .test_sarif import official

TEXTS = st.text(st.characters(codec=None), max_size=40) | st.sampled_from(
    ["<", "]]>", "\ud800", "\x00", "%0A::"]
)


def rendered(form: str, text: str) -> str:
    if form.startswith("json"):  # octets and names are all that DNS holds: no half of a surrogate pair
        text = text.encode("utf-8", "replace").decode("utf-8")
    module = import_module(f"mailsetup.forms.{form}")
    told = "".join(module.render(run(every_status(text=text))))
    told.encode("utf-8")
    return told


def _sarif(told: str) -> bool:
    return not list(official().iter_errors(json.loads(told)))


def _html(told: str) -> bool:
    page = Page(told)
    return (page.tags["script"], page.tags["style"]) == (1, 1) and not any(
        name.startswith("on") for _, name, _ in page.attributes
    )


READERS: dict[str, Any] = {
    "sarif": _sarif,
    "junit": lambda told: len(ElementTree.fromstring(told.encode("utf-8"))) == 1,
    "github": lambda told: all(line.startswith("::") for line in told.splitlines()),
    "json": lambda told: len(json.loads(told)["reports"]) == 1,
    "jsonl": lambda told: told.count("\n") == 1 and bool(json.loads(told)),
    "csv": lambda told: {len(row) for row in csv.reader(io.StringIO(told))} == {9},
    "markdown": lambda told: told.count("\n|") == 6,
    "terminal": lambda told: told.replace("\n", "").isprintable(),
    "html": _html,
}


@pytest.mark.parametrize("form", READERS)
@given(text=TEXTS)
@settings(max_examples=60, deadline=None)
def test_no_text_breaks_a_form(form: str, text: str) -> None:
    """
    What reads the form reads it, whatever the text.
    """
    assert READERS[form](rendered(form, text)), text
