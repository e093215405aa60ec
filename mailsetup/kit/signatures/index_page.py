"""The page of everybody's signatures: each at two widths, light and dark, loaded as one scrolls to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from mailsetup.model.brand import Brand, Layout, Person

from .render import template
from .styles import dark_rules, on_dark_paper
from .words import direction, words


def index(brand: Brand, people: Sequence[Person], layouts: Iterable[Layout]) -> str:
    """The page; what it shows of a person lies beside that person's files (`preview`)."""
    from markupsafe import Markup

    locale = brand.locales.default
    rows = [
        {
            "id": one.id,
            "name": one.name_in(locale),
            "role": one.role.read(locale),
            "locales": (one.locale,) if one.locale else brand.locales.available,
        }
        for one in people
    ]
    return str(
        template("index.html.jinja").render(
            locale=locale,
            dir=direction(locale),
            brand=brand.name_in(locale),
            w=words(locale, "install"),
            people=rows,
            layouts=tuple(layouts),
            languages=brand.locales.available,
            looks=Markup(_in_script(_looks(brand, locale))),
            shades=brand.palette.light,
            dark=on_dark_paper(brand),
            font=Markup(brand.fonts.css),
        )
    )


def _looks(brand: Brand, locale: str) -> dict[str, object]:
    """The heads of a light and a dark view, and where hosted pictures lie beside the page."""
    said = words(locale, "install")
    return {
        "light": _head(locale, "light", brand.palette.light.background, ""),
        "dark": _head(locale, "dark", brand.palette.dark.background, dark_rules(brand)),
        "hosted": brand.signature.assets_url,
        "words": {"light": said["light"], "dark": said["dark"]},
    }


def _head(locale: str, scheme: str, ground: str, rules: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="{locale}"><head><meta charset="utf-8"><title>{scheme}</title>'
        f"<style>:root{{color-scheme:{scheme};background:{ground}}}body{{margin:12px}}{rules}</style></head>"
        "<body><main>"
    )


def preview(person: Person, signatures: Mapping[str, Mapping[str, str]]) -> str:
    """The signatures of a person by language and layout, as a script that hands them to the page."""
    return f"show({_in_script({'id': person.id, 'signatures': signatures})});\n"


def _in_script(value: object) -> str:
    """A value as JavaScript: ASCII, and nothing in it ends a script element."""
    return json.dumps(value).replace("<", "\\u003c")
