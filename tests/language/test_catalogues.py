"""The catalogues hold what the tree says: nothing missing, nothing unused, the same placeholders, all forms."""

from __future__ import annotations

import importlib.util
import re
import string
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
OLD_STYLE = re.compile(r"%\((\w+)\)[sd]")
KEPT = re.compile(r"(?<![\w-])--[a-z][a-z-]+|(?<!`)`[^`]+`(?!`)|\bRFC \d+")


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / "docs" / "catalogues.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    return _tool()


@pytest.fixture(scope="module")
def russian(tool: ModuleType) -> list[Any]:
    return [m for c in tool.read("ru").values() for m in c if m.id]


def fields(text: str) -> list[tuple[str, str]]:
    """Names and formats of a template; a text with a lone brace is none, and takes no values."""
    try:
        return [(name, spec or "") for _, name, spec, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:
        return []


def placeholders(text: str) -> set[str]:
    """The values a template takes: names of ``{name}`` and ``%(name)s``."""
    return {name for name, _ in fields(text)} | set(OLD_STYLE.findall(text))


def pairs(message: Any) -> list[tuple[str, str]]:
    if isinstance(message.id, str):
        return [(message.id, message.string)]
    return [(message.id[1], said) for said in message.string]


def test_a_translation_takes_the_same_values(russian: list[Any]) -> None:
    wrong = [
        (english, said)
        for message in russian
        for english, said in pairs(message)
        if said and placeholders(english) != placeholders(said)
    ]

    assert [] == wrong


def test_words_that_a_number_chooses_have_three_forms_in_russian(russian: list[Any]) -> None:
    chosen = [
        (said, spec)
        for message in russian
        for _, said in pairs(message)
        if said and "{" in said and "%(" not in said
        for _, spec in fields(said)
        if "|" in spec and spec.count("|") != 2
    ]

    assert [] == chosen


def test_every_text_is_translated_and_none_is_left_over(tool: ModuleType) -> None:
    """
    The catalogues hold today's texts, each with its translation: ``make catalogues`` would change nothing.
    """
    today = tool.brought_up("ru")
    assert [] == list(tool.untranslated(today))
    wanted = {room: tool.as_po(catalogue) for room, catalogue in today.items()}
    there = {path.stem: path.read_bytes() for path in (tool.LOCALE / "ru").glob("*.po")}
    assert set(wanted) == set(there)
    stale = [room for room, text in wanted.items() if there[room] != text]
    assert [] == stale, "run: make catalogues"


def test_what_the_tool_reads_is_made_from_the_catalogues(tool: ModuleType) -> None:
    """
    The compiled file is the one that ``make catalogues`` makes.
    """
    compiled = (tool.LOCALE / "ru" / "LC_MESSAGES" / "mailsetup.mo").read_bytes()

    assert tool.as_mo(tool.read("ru").values(), "ru") == compiled, "run: make catalogues"


def test_options_commands_and_citations_stay_as_they_are(russian: list[Any]) -> None:
    """
    What is typed, and what is looked up, is the same in every language.
    """
    lost = [
        (word, said)
        for message in russian
        for english, said in pairs(message)
        for word in KEPT.findall(english)
        if word not in said
    ]

    assert [] == lost
