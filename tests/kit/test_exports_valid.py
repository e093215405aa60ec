"""Files for help desks and text expanders, against schemas of what those programs take, written from their references."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from functools import cache
from xml.etree import ElementTree

import jsonschema
import pytest
import yaml

from mailsetup.kit import templates

from .firms import staff
from .letter_worlds import LAVISH, LOCALES

TEXT = {"type": "string", "minLength": 1}


def _object(required: Mapping[str, object], **optional: object) -> dict[str, object]:
    properties = {**required, **optional}
    return {
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": False,
    }


def _actions(*kinds: dict[str, object]) -> dict[str, object]:
    return {"type": "array", "minItems": 1, "items": {"anyOf": list(kinds)}}


# What a request to the program's own interface holds; nothing else is in a file.
SCHEMAS: Mapping[str, dict[str, object]] = {
    "zendesk": _object(
        {
            "macro": _object(
                {
                    "title": TEXT,
                    "active": {"type": "boolean"},
                    "actions": _actions(
                        _object(
                            {
                                "field": {"enum": ["comment_value_html", "subject", "comment_value"]},
                                "value": TEXT,
                            }
                        )
                    ),
                },
                description=TEXT,
            )
        }
    ),
    "freshdesk": _object(
        {"title": TEXT, "content_html": TEXT, "visibility": {"type": "integer"}},
        folder_id={"type": ["integer", "string", "null"]},
        content=TEXT,
    ),
    "helpscout": _object({"name": TEXT, "text": TEXT}, chatText=TEXT),
    "gorgias": _object(
        {
            "name": TEXT,
            "language": {"enum": list(LOCALES)},
            "actions": _actions({"type": "object", "required": ["name", "arguments"]}),
        },
        intent={"type": ["string", "null"]},
    ),
}


@cache
def made() -> Mapping[str, bytes]:
    """Every file of the pack."""
    return dict(templates.letters(LAVISH, staff(), LOCALES, ("friendly",)))


@pytest.mark.parametrize("target", list(SCHEMAS))
def test_a_help_desk_can_take_every_file(target: str) -> None:
    """
    Each file is one request, whole and with nothing else in it, and there is one for each language.
    """
    files = {p: d for p, d in made().items() if p.startswith(f"exports/{target}/") and p.endswith(".json")}
    faults = {}
    for path, data in files.items():
        errors = jsonschema.Draft202012Validator(SCHEMAS[target]).iter_errors(json.loads(data))
        faults[path] = [f"{e.json_path}: {e.message[:120]}" for e in errors]

    assert len(files) >= 2 * 15
    assert {} == {path: found for path, found in faults.items() if found}


@pytest.mark.parametrize("locale", LOCALES)
def test_a_text_expander_can_take_every_file(locale: str) -> None:
    """
    espanso: triggers are different and each has a text; Quicktext: a name, a subject and a text in each.
    """
    matches = yaml.safe_load(made()[f"exports/espanso/letters-{locale}.yml"])["matches"]
    texts = ElementTree.fromstring(made()[f"exports/quicktext/letters-{locale}.xml"]).findall(
        "menu/texts/text"
    )

    assert len(matches) == len({match["trigger"] for match in matches})
    assert [] == [match for match in matches if not (match.get("replace") or match.get("form"))]
    assert [] == [one for one in texts if not all(one.findtext(tag) for tag in ("name", "subject", "body"))]


def test_the_table_is_read_as_it_was_written() -> None:
    """
    Read and written again the CSV is the same octets: every cell, quotation mark and line end.
    """
    data = made()["exports/letters.csv"].decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(data, newline="")))
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)

    assert data == out.getvalue()
    assert 1 == len({len(row) for row in rows})


def test_a_blank_letter_counts_nothing() -> None:
    """
    How many questions, days or pieces it will have nobody knows: its subject has no figure but what is to be filled in.
    """
    rows = csv.DictReader(io.StringIO(made()["exports/letters.csv"].decode("utf-8-sig"), newline=""))
    subjects = [re.sub(r"\[\[.*?\]\]|\{\{.*?\}\}|%\w+%", "", row["subject"]) for row in rows]

    assert len(subjects) >= 40
    assert [] == [subject for subject in subjects if re.search(r"\d", subject)]
