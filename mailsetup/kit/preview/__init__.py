"""
The gallery: every letter and signature of a brand in one page that needs no network and asks for none.

Decisions
---------
- One file: style, script and all letters are inside it; its content policy forbids every request and every script
  but its own, whose hash it names. Letters stand in frames without scripts.
- Modes are made in the page from one source a letter: dark by letting its own dark rules through, images off by
  taking their addresses away, styles stripped as webmail that drops style sheets does, inversion by a filter that
  turns colours round as phones do. They are close to what mail programs show, not the programs themselves.
- What is typed into the form to fill in a letter stays in the page.
"""

from __future__ import annotations

import base64
import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from html import escape
from importlib import resources
from typing import Any

from mailsetup.kit import plain_text, render
from mailsetup.kit.letter import Letter
from mailsetup.kit.signatures.render import document
from mailsetup.kit.signatures.render import render as rendered_signature
from mailsetup.kit.templates import Catalogue, blank, compose, sender_of
from mailsetup.model.brand import Brand, Layout, Person

PEOPLE_SHOWN = 12  # whose signatures stand in the page; `kit build` writes everybody's
LANGUAGES = ("en", "ru")
POLICY = (
    "default-src 'none'; script-src 'sha256-{script}'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def page(brand: Brand, people: Sequence[Person], catalogue: Catalogue, day: date) -> str:
    """The whole gallery as one HTML document; ``day`` decides which banners are due."""
    script = _resource("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    locale = brand.locales.default if brand.locales.default in LANGUAGES else "en"
    parts = {
        "lang": locale,
        "policy": POLICY.format(script=digest),
        "title": escape(brand.name_in(locale)),
        "style": _resource("page.css").replace("/*brand*/", _colours(brand)),
        "script": script,
        "data": _embedded(_data(brand, people, catalogue, day)),
    }
    made = _resource("page.html")
    for name, text in parts.items():
        made = made.replace(f"@@{name}@@", text, 1)
    return made


@cache
def _resource(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8").replace("\r\n", "\n")


def _embedded(data: Mapping[str, Any]) -> str:
    """JSON that cannot end the element it stands in, whatever a brand or letter says."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return (
        text.replace("<", "\\u003c")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
        .replace("@@", "\\u0040@")
    )


def _colours(brand: Brand) -> str:
    light, dark = brand.palette.light, brand.palette.dark
    return (
        f":root{{--accent:{light.primary};--on-accent:{light.on_primary};--link:{light.link}}}"
        f"@media (prefers-color-scheme:dark){{:root{{--accent:{dark.primary};--on-accent:{dark.on_primary};--link:{dark.link}}}}}"  # noqa: E501
    )


def _data(brand: Brand, people: Sequence[Person], catalogue: Catalogue, day: date) -> dict[str, Any]:
    return {
        "brand": {lang: brand.name_in(lang) for lang in (*brand.locales.available, *LANGUAGES)},
        "domain": str(brand.domain),
        "locales": list(brand.locales.available),
        "locale": brand.locales.default,
        "words": {lang: tomllib.loads(_resource(f"words.{lang}.toml")) for lang in LANGUAGES},
        "assets": _assets(brand),
        "letters": [_letter(*both) for both in _letters(brand, people, catalogue)],
        "signatures": list(_signatures(brand, people, day)),
    }


def _letters(brand: Brand, people: Sequence[Person], catalogue: Catalogue) -> Iterator[tuple[Letter, Letter]]:
    """Each letter filled in with samples, and as a form."""
    for template in catalogue.templates.values():
        for locale in (name for name in brand.locales.available if name in template.locales):
            shown = compose(
                template, brand, catalogue, locale=locale, sender=sender_of(template, people, locale)
            )
            yield shown, blank(template, brand, catalogue, locale=locale)


def _letter(shown: Letter, form: Letter) -> dict[str, Any]:
    return {
        "id": shown.name,
        "group": shown.template.group,
        "class": shown.template.kind.value,
        "locale": shown.locale,
        "model": shown.template.exported,
        "purpose": shown.template.purpose.read(shown.locale),
        "subject": shown.subject,
        "html": render.html(shown) if shown.template.html else "",
        "text": plain_text.write(shown),
        "form": {"subject": form.subject, "text": plain_text.unwrapped(form), "html": render.fragment(form)},
    }


def _signatures(brand: Brand, people: Sequence[Person], day: date) -> Iterator[dict[str, Any]]:
    """The first person in every layout, the others in their own."""
    for number, person in enumerate(people[:PEOPLE_SHOWN]):
        own = person.layout or brand.signature.layout
        layouts = tuple(Layout) if number == 0 else tuple(dict.fromkeys((own, brand.signature.reply)))
        for locale in (person.locale,) if person.locale else brand.locales.available:
            for layout in layouts:
                made = rendered_signature(brand, person, layout, locale, day)
                yield {
                    "id": f"{person.id}/{layout}",
                    "person": person.name_in(locale),
                    "layout": layout.value,
                    "locale": locale,
                    "html": document(brand, made) if layout is not Layout.TEXT else "",
                    "paste": made.html,
                    "text": made.text,
                }


def _assets(brand: Brand) -> dict[str, str]:
    """Pictures that letters fetch from the firm's site, as data, so that the page can show them offline."""
    picture = brand.logo.picture
    if (
        not brand.logo.url
        or picture is None
        or not picture.data
        or picture.form not in ("png", "jpeg", "gif")
    ):
        return {}
    return {brand.logo.url: f"data:image/{picture.form};base64,{base64.b64encode(picture.data).decode()}"}
