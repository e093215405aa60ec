"""Every JSON output carries its schema's name, and keeps that schema."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.command import GOOD_ZONE, mailsetup, zone

ROOT = Path(__file__).parents[2]
SCHEMAS = files("mailsetup").joinpath("schemas")
WORLD = "--offline --zone example.com.zone"
TREE = GOOD_ZONE.replace("v=spf1 ip4", "v=spf1 include:deep.example.com a mx exists:%{i}.example.com ip4") + (
    'deep IN TXT "v=spf1 include:example.com ip4:198.51.100.1 -all"\n'
)


LETTER = """\
From: Anna Lind <anna@example.com>
To: Bo <bo@example.net>
Subject: Your order
Date: Sun, 22 Nov 2026 10:00:00 +0000
Message-ID: <1@example.com>

Hello Bo,

your order is on its way.
"""


def world(folder: Path, command: str) -> None:
    """A zone, a letter and, for ``diff``, two results that differ."""
    zone(folder, TREE)
    (folder / "letter.eml").write_text(LETTER, encoding="utf-8")
    if not command.startswith("diff"):
        return
    for name, text in (("old.json", TREE), ("new.json", TREE.replace("-all", "+all"))):
        zone(folder, text, "then.zone")
        mailsetup(
            *("audit", "example.com", "--offline", "--zone", "example.com=then.zone"),
            *("--output", name, "--quiet"),
            folder=folder,
        )


def keeps_its_schema(document: Any) -> None:
    """``"schema": "mailsetup/<kind>/1"`` names a schema of the package, and the document fits it."""
    kind = re.fullmatch(r"mailsetup/([a-z-]+)/1", document["schema"])

    assert kind is not None
    jsonschema.Draft202012Validator(schema(kind[1])).validate(document)


def schema(name: str) -> Any:
    return json.loads(SCHEMAS.joinpath(f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "command",
    [
        "providers",
        "providers show google-workspace",
        "providers show zoho-mail",
        "providers show amazon-workmail",
        "providers doctor",
        "doctor --resolver 127.0.0.1:9",
        f"detect example.com {WORLD}",
        f"spf check example.com --ip 192.0.2.1 {WORLD}",
        f"spf tree example.com {WORLD}",
        f"spf flatten example.com {WORLD}",
        f"audit example.com {WORLD}",
        f"dkim check example.com --selector s1 {WORLD}",
        f"plan example.com --provider google-workspace {WORLD}",
        f"verify example.com --provider google-workspace {WORLD}",
        f"blocklists 192.0.2.1 example.com {WORLD}",
        f"message letter.eml --ip 192.0.2.1 {WORLD}",
        "kit lint letter.eml",
        "diff old.json new.json",
    ],
)
def test_an_output_keeps_its_schema(command: str, tmp_path: Path) -> None:
    """
    ``"schema": "mailsetup/<kind>/1"`` names a schema of the package, and the document fits it.
    """
    world(tmp_path, command)
    result = mailsetup(*command.split(), "--format", "json", folder=tmp_path)

    keeps_its_schema(json.loads(result.out))


@pytest.mark.parametrize(
    "command",
    [
        f"detect example.com example.org {WORLD}",
        f"audit example.com sub.example.com {WORLD}",
        f"dkim check example.com --selector s1 {WORLD}",
        f"blocklists 192.0.2.1 example.com {WORLD}",
        f"message letter.eml letter.eml --ip 192.0.2.1 {WORLD}",
        "kit lint letter.eml",
    ],
)
def test_a_line_keeps_its_schema(command: str, tmp_path: Path) -> None:
    """
    Each JSON line is a document by itself, with a schema of its own.
    """
    world(tmp_path, command)
    result = mailsetup(*command.split(), "--format", "jsonl", folder=tmp_path)
    lines = result.out.splitlines()

    assert lines
    for line in lines:
        keeps_its_schema(json.loads(line))


def test_every_schema_that_is_named_is_shipped() -> None:
    """
    No output names a schema that the package lacks.
    """
    named = set()
    for path in (ROOT / "mailsetup").rglob("*.py"):
        named |= set(re.findall(r'"mailsetup/([a-z-]+)/1"', path.read_text(encoding="utf-8")))
    shipped = {item.name.removesuffix(".json") for item in SCHEMAS.iterdir()}

    assert set() == named - shipped


def test_a_schema_is_a_schema() -> None:
    """
    Each is valid JSON Schema, 2020-12.
    """
    for item in SCHEMAS.iterdir():
        document = json.loads(item.read_text(encoding="utf-8"))

        jsonschema.Draft202012Validator.check_schema(document)
        assert document["$id"] == f"mailsetup/{item.name.removesuffix('.json')}/1"
