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
from types import MappingProxyType
from typing import Any

from mailsetup.kit import plain_text, qr, render
from mailsetup.kit.eml import from_address
from mailsetup.kit.letter import Letter
from mailsetup.kit.signatures.card import contact_url, hosted_pictures
from mailsetup.kit.signatures.person_files import dark_logo_file, logo_file
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


def page(
    brand: Brand,
    people: Sequence[Person],
    catalogue: Catalogue,
    day: date,
    photos: Mapping[str, bytes] = MappingProxyType({}),
) -> str:
    """The gallery as one HTML document; ``day`` decides which banners are due, ``photos`` are PNG by person's id."""
    script = _resource("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    locale = brand.locales.default if brand.locales.default in LANGUAGES else "en"
    parts = {
        "lang": locale,
        "policy": POLICY.format(script=digest),
        "title": escape(brand.name_in(locale)),
        "style": _resource("page.css").replace("/*brand*/", _colours(brand)),
        "script": script,
        "data": _embedded(_data(brand, people, catalogue, day, photos)),
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


def _data(
    brand: Brand, people: Sequence[Person], catalogue: Catalogue, day: date, photos: Mapping[str, bytes]
) -> dict[str, Any]:
    return {
        "brand": {lang: brand.name_in(lang) for lang in (*brand.locales.available, *LANGUAGES)},
        "domain": str(brand.domain),
        "locales": list(brand.locales.available),
        "locale": brand.locales.default,
        "words": {lang: tomllib.loads(_resource(f"words.{lang}.toml")) for lang in LANGUAGES},
        "assets": _assets(brand, people, photos),
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
        "from": from_address(shown),
        "name": shown.brand.name_in(shown.locale),
        "form": {
            "subject": form.subject,
            "text": plain_text.unwrapped(form),
            "html": render.html(form) if form.template.html else render.fragment(form),
        },
    }


def _signatures(brand: Brand, people: Sequence[Person], day: date) -> Iterator[dict[str, Any]]:
    """The first person in every layout, the others in their own."""
    for number, person in enumerate(people[:PEOPLE_SHOWN]):
        own = person.layout or brand.signature.layout
        code = _code(brand, person)
        pictures = hosted_pictures(brand, person, code.side if code else 0)
        layouts = tuple(Layout) if number == 0 else tuple(dict.fromkeys((own, brand.signature.reply)))
        for locale in (person.locale,) if person.locale else brand.locales.available:
            for layout in layouts:
                made = rendered_signature(brand, person, layout, locale, day, pictures=pictures)
                yield {
                    "id": f"{person.id}/{layout}",
                    "person": person.name_in(locale),
                    "layout": layout.value,
                    "locale": locale,
                    "html": document(brand, made) if layout is not Layout.TEXT else "",
                    "paste": made.html,
                    "text": made.text,
                }


def _code(brand: Brand, person: Person) -> qr.QrCode | None:
    target = contact_url(brand, person)
    return qr.code(target) if target else None


def _assets(brand: Brand, people: Sequence[Person], photos: Mapping[str, bytes]) -> dict[str, str]:
    """Pictures that readers fetch from the firm's site, as data, so that the page can show them offline."""
    found: dict[str, str] = {}
    picture, base = brand.logo.picture, brand.signature.assets_url
    if brand.logo.url and picture is not None and picture.data and picture.form in ("png", "jpeg", "gif"):
        found[brand.logo.url] = _data_url(picture.data, picture.form)
    if brand.logo.dark_url and (dark := dark_logo_file(brand)):
        found[brand.logo.dark_url] = _data_url(dark)
    if not base:
        return found
    if logo := logo_file(brand):
        found[f"{base}logo.png"] = _data_url(logo)
    if dark := dark_logo_file(brand):
        found[f"{base}logo-dark.png"] = _data_url(dark)
    for person in people[:PEOPLE_SHOWN]:
        if code := _code(brand, person):
            found[f"{base}qr/{person.id}.png"] = _data_url(code.png)
        if photos.get(person.id):
            found[f"{base}photos/{person.id}.png"] = _data_url(photos[person.id])
    return found


def _data_url(data: bytes, form: str = "png") -> str:
    return f"data:image/{form};base64,{base64.b64encode(data).decode()}"
