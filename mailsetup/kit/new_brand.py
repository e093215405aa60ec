"""A new ``brand.toml``: the commented text with a firm's values in it, or with those of a sample."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from mailsetup.model.language import language

from .toml_tables import LOCALE

SAMPLE = "sample"
BRAND = {"ru": "brand.ru.toml"}
"""The file by the language of its comments; any other is English."""


def sample_values() -> dict[str, Any]:
    """The values of a firm that does not exist."""
    return tomllib.loads(_file("values.toml"))


def sample_people() -> str:
    """Three people of that firm, as a table."""
    return _file("people.csv")


def sample_logo() -> bytes:
    """Its logo."""
    return files("mailsetup.kit").joinpath(SAMPLE, "logo.png").read_bytes()


def _file(name: str) -> str:
    return files("mailsetup.kit").joinpath(SAMPLE, name).read_text(encoding="utf-8")


def text(values: Mapping[str, Any]) -> str:
    """
    The file with values in their places; a value that is not given is empty, for the owner to fill in.

    Its comments are in the language in use, where the sample has them in it.
    """
    lists = {"locales": ["en"]}
    given = {**lists, **values}

    def put(match: re.Match[str]) -> str:
        key = match[1]
        if key == "social":
            return "".join(f"{name} = {quoted(url)}\n" for name, url in given.get(key, {}).items())
        return quoted(given.get(key, ""))

    return re.sub(r"@([a-z_]+)@", put, _file(BRAND.get(language(), "brand.toml")))


def quoted(value: Any) -> str:
    """A value as TOML."""
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{k if LOCALE.match(k) else quoted(k)} = {quoted(v)}" for k, v in value.items())
        return f"{{ {pairs} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(quoted, value))}]"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else _escape(c) for c in escaped) + '"'


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
