"""Every template, in every language, with all it may be told, only what it must be told, and what nobody would tell."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from mailsetup.kit import plain_text, render, templates
from mailsetup.kit.letter import Variable

from .letter_worlds import CATALOGUE, HOSTILE, IDS, LAVISH, LOCALES, letter
from .test_templates_hostile import inert

WORDS = ("text", "name", "code", "secret")  # kinds that any text may stand for
TOLD = {"url": "https://fern.example/told", "email": "told@fern.example", "text": "Told"}  # by kind
everywhere = pytest.mark.parametrize("locale", LOCALES)
every_template = pytest.mark.parametrize("id", IDS)


def samples(id: str, locale: str) -> dict[str, object]:
    """The values with which the gallery shows a template."""
    template = CATALOGUE.get(id)
    source = templates.source_in(template, locale)
    found = templates.at_home(
        templates.samples(template, source, CATALOGUE.common[locale], "friendly"), LAVISH
    )
    assert isinstance(found, dict)
    return found


def least(variables: Mapping[str, Variable], values: Mapping[str, object]) -> dict[str, object]:
    """Only what is required, in each row too."""
    return {
        name: _least(variable, values[name])
        for name, variable in variables.items()
        if variable.required and name in values
    }


def _least(variable: Variable, value: object) -> object:
    if isinstance(value, dict) and variable.fields:
        return least(variable.fields, value)
    if isinstance(value, list) and variable.fields:
        return [least(variable.fields, row) if isinstance(row, dict) else row for row in value]
    return value


def attacked(variables: Mapping[str, Variable], values: Mapping[str, object]) -> dict[str, object]:
    """Every text an attack, in each row too; links, dates and sums stay, since nothing else is taken for one."""
    return {name: _attacked(variables.get(name), value) for name, value in values.items()}


def _attacked(variable: Variable | None, value: object) -> object:
    if isinstance(value, dict):
        return attacked(variable.fields if variable else {}, value)
    if isinstance(value, list):
        if variable is not None and variable.fields:
            return [_attacked(variable, row) for row in value]
        return [HOSTILE for _ in value] if variable is not None and variable.kind == "list" else value
    return HOSTILE if variable is not None and variable.kind in WORDS else value


@everywhere
@every_template
def test_a_template_says_all_it_may_be_told(id: str, locale: str) -> None:
    """
    Optional values that the samples leave out are said too, in text and HTML, when they are given.
    """
    shown = samples(id, locale)
    left_out = {n: v for n, v in CATALOGUE.get(id).variables.items() if n not in shown}
    made = letter(id, locale, values={**shown, **{n: TOLD[v.kind] for n, v in left_out.items()}})
    text, html = plain_text.write(made), render.html(made)

    assert [] == [n for n, v in left_out.items() if TOLD[v.kind] not in text or TOLD[v.kind] not in html]
    assert [] == [word for word in ("None", "Undefined", "{{", "[[") if word in text + html]


@everywhere
@every_template
def test_a_template_needs_no_more_than_it_must_be_told(id: str, locale: str) -> None:
    """
    Without its optional values a letter has no empty line, label or link left over.
    """
    values = samples(id, locale)
    told = {**least(CATALOGUE.get(id).variables, values), "customer": {"name": "Anna"}}
    made = letter(id, locale, values=told)
    text, html = plain_text.write(made), render.html(made)

    assert [] == [word for word in ("None", "Undefined", "{{", "[[") if word in text + html]
    assert [] == [row for block in made.blocks for row in block.rows if not any(row)]
    assert 'href=""' not in html
    assert "\n\n\n" not in text
    assert "" != made.subject.strip()


@everywhere
@every_template
def test_no_value_of_a_template_is_more_than_text(id: str, locale: str) -> None:
    """
    HTML, Jinja, line breaks, our own marks and turned text in every value that takes a text, all at once.
    """
    template = CATALOGUE.get(id)
    told = attacked(template.variables, samples(id, locale))
    customer = {"name": HOSTILE, "greeting": "", "email": "anna@example.com"}

    inert(letter(id, locale, values={**told, "customer": customer}))
