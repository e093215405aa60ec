"""Laws of the brand's JSON Schema: it takes what the reader takes, and knows the same keys."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from mailsetup.kit import brand, new_brand
from mailsetup.model.errors import InputError

from .firms import BRAND

SCHEMA: dict[str, Any] = json.loads(
    files("mailsetup").joinpath("schemas/brand.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("text", [BRAND, new_brand.text(new_brand.sample_values())])
def test_a_brand_that_is_read_is_valid(text: str) -> None:
    """
    The sample and the brand of the tests pass.
    """
    jsonschema.validate(tomllib.loads(text), SCHEMA)


def test_tables_are_those_of_the_reader() -> None:
    """
    Neither knows one that the other does not.
    """
    assert set(brand.TABLES) == set(SCHEMA["properties"])


@pytest.mark.parametrize(
    "table",
    [name for name, value in SCHEMA["properties"].items() if value.get("additionalProperties") is False],
)
def test_every_key_of_the_schema_is_known_to_the_reader(table: str) -> None:
    """
    A key may be refused for its value, never as unknown; one that is not there is refused by both.
    """
    for key in (*SCHEMA["properties"][table]["properties"], "nonsense"):
        data = {**tomllib.loads(BRAND), table: {key: object()}}
        try:
            brand.from_data(data, "", "brand.toml")
            said = ""
        except InputError as fault:
            said = str(fault)

        assert ("not a known key" in said) == (key == "nonsense")
