"""The brands of the tests of letters: one that tells everything, one that tells nothing, one that attacks."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

from mailsetup.kit import templates
from mailsetup.kit.letter import Letter
from mailsetup.model.brand import Brand, LocalText, Person, Structured

from .firms import BRAND, firm

CATALOGUE = templates.bundled()
IDS = sorted(CATALOGUE.templates)
LOCALES = ("en", "ru")
VOICES = ("formal", "friendly")
HOSTILE = "<script>alert(1)</script>\"'{{ 7*7 }}{% for x in y %}\r\nBcc: all@evil.example\u202egnp.exe\x1ebutton\x1f"

LAVISH = firm(structured=Structured.BOTH)
SPARSE = firm(
    'schema = 1\n[brand]\nname = "Kiosk"\ndomain = "kiosk.example"\n[colors]\nprimary = "#40e0d0"\n'
)
# Firms of Russian letters whose addresses are Latin and full of "e": in the domain, the street, the town.
RICH_IN_E = {
    domain: firm(
        BRAND.replace("fern.example", domain).replace('"Main Street 1"', f'"{street}"').replace("Riga", town)
    )
    for domain, street, town in (
        ("three-trees.example", "Peterburgas iela 5", "Jelgava"),
        ("greenseeds.example", "Elizabetes iela 33", "Riga"),
        ("evergreen-sweets.test", "Seestrasse 5", "Bremen"),
        ("beekeepers-delicatessen.example", "Seeweg 7, Ebene 3", "Neubeckenried"),
    )
}


def hostile_brand() -> Brand:
    """A brand whose every free text is an attack."""
    text = LocalText.of(HOSTILE)
    address = replace(LAVISH.address, street=text, city=text, postal_code=HOSTILE, hours=text)
    legal = replace(LAVISH.legal, name=HOSTILE, form=HOSTILE)
    logo = replace(LAVISH.logo, alt=text)
    fonts = replace(LAVISH.fonts, stack=("</style><script>",), heading=(HOSTILE,))
    return replace(
        LAVISH,
        name=HOSTILE,
        name_local=text,
        tagline=text,
        address=address,
        legal=legal,
        logo=logo,
        fonts=fonts,
    )


HOSTILE_SENDER = Person("x", HOSTILE, "x@fern.example", role=LocalText.of(HOSTILE))


def letter(
    id: str, locale: str = "en", voice: str = "friendly", brand: Brand = LAVISH, **given: object
) -> Letter:
    """A letter of the shipped catalogue."""
    template = CATALOGUE.get(id)
    return templates.compose(template, brand, CATALOGUE, locale=locale, voice=voice, **given)  # type: ignore[arg-type]


class Page(HTMLParser):
    """What a test asks of a document: its elements with attributes, and the text people see."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._silent = 0
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._silent += tag in ("style", "script", "title")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("style", "script", "title")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]
