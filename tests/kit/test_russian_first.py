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


def test_the_page_of_models_speaks_the_first_language(tmp_path: Path) -> None:
    """
    ``models/index.html`` of a firm with default = "ru" is a Russian page.
    """
    mailsetup("kit", "init", "--lang", "ru", folder=tmp_path)
    mailsetup("kit", "build", "--only", "letters", folder=tmp_path)
    page = (tmp_path / "kit" / "models" / "index.html").read_text(encoding="utf-8")

    assert '<html lang="ru"' in page
    assert re.search("<h1>[А-Я]", page)
