"""A firm that speaks Russian first gets a brand file and pages that do so too."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.cli.command import mailsetup


@pytest.mark.parametrize(
    ("arguments", "environment"), [(("--lang", "ru"), {}), ((), {"LC_ALL": "ru_RU.UTF-8", "LANGUAGE": ""})]
)
@pytest.mark.parametrize("own", [(), ("--domain", "fern.example", "--name", "Папоротник")])
def test_a_new_brand_speaks_the_language_it_was_asked_in(
    tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str], own: tuple[str, ...]
) -> None:
    """
    Russian comes first where it is spoken, English stays available.
    """
    mailsetup("kit", "init", *own, *arguments, folder=tmp_path, **environment)
    locales = tomllib.loads((tmp_path / "brand.toml").read_text(encoding="utf-8"))["locales"]

    assert {"default": "ru", "available": ["ru", "en"]} == locales


COMMENT = re.compile(r"(?:^|\s)#(?![0-9a-z])(.*)")


@pytest.mark.parametrize("own", [(), ("--domain", "fern.example", "--name", "Папоротник")])
def test_the_comments_of_a_new_brand_are_russian(tmp_path: Path, own: tuple[str, ...]) -> None:
    """
    Every sentence beside a key; commands, keys and examples stay as they are typed.
    """
    mailsetup("kit", "init", *own, "--lang", "ru", folder=tmp_path)
    text = (tmp_path / "brand.toml").read_text(encoding="utf-8")
    told = [match[1].strip() for match in map(COMMENT.search, text.splitlines()) if match]
    sentences = [one for one in told if not re.fullmatch(r"mailsetup .*|[\[{\d].*", one)]

    assert 25 < len(sentences)
    assert [] == [one for one in sentences if not re.search("[а-яё]", one) and "ISO" not in one]


def test_both_languages_of_the_sample_hold_the_same_keys() -> None:
    """
    Only comments differ.
    """
    from mailsetup.kit import new_brand

    english, russian = (
        [COMMENT.sub("", line).rstrip() for line in new_brand._file(name).splitlines()]
        for name in ("brand.toml", "brand.ru.toml")
    )

    assert [x for x in english if not x.startswith("#alt")] == [
        x for x in russian if not x.startswith("#alt")
    ]


def test_the_sample_shows_every_key_that_the_reader_knows() -> None:
    """
    Nobody has to look for a key elsewhere; derived shades, [[people]] and [report] are for those who need them.
    """
    import json

    from mailsetup.kit import new_brand

    schema = json.loads(mailsetup("schema", "brand").out)
    shown = new_brand._file("brand.toml")
    tables = {
        k: v for k, v in schema["properties"].items() if k not in ("people", "report", "colors", "social")
    }
    keys = [key for table in tables.values() for key in table.get("properties", {})]

    assert 60 < len(keys)
    assert [] == [key for key in keys if not re.search(rf"(?m)^#?\[?[\w.]*\b{key}\b", shown)]


def test_the_page_of_models_speaks_the_first_language(tmp_path: Path) -> None:
    """
    ``models/index.html`` of a firm with default = "ru" is a Russian page.
    """
    mailsetup("kit", "init", "--lang", "ru", folder=tmp_path)
    mailsetup("kit", "build", "--only", "letters", folder=tmp_path)
    page = (tmp_path / "kit" / "models" / "index.html").read_text(encoding="utf-8")

    assert '<html lang="ru"' in page
    assert re.search("<h1>[А-Я]", page)
