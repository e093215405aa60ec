"""The brand, the dictionaries and the reading of examples that the tests of the lint share."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from mailsetup.kit import brand as brands
from mailsetup.kit.lint import document, judge
from mailsetup.kit.lint.rule import Example
from mailsetup.model.brand import Banner, Brand, Logo, Picture
from mailsetup.model.finding import Verdict
from mailsetup.model.lint import Points, Wishes
from mailsetup.run import kit_dictionaries

TODAY = date(2026, 11, 21)

TOML = """
schema = 1

[brand]
name = "Fern & Co"
name_local = { ru = "Папоротник" }
domain = "fern.example"
site = "https://fern.example/"
voice = "friendly"

[colors]
primary = "#0f5b8c"
accent = "#7a3e9d"
text = "#1f2937"
background = "#ffffff"
muted = "#5b6472"

[address]
street = "Main Street 1"
city = "Riga"
postal_code = "LV-1010"
country = "LV"
phone = "+371 6000 0000"

[mail]
support = "support@fern.example"
sales = "sales@fern.example"
transactional = "orders@fern.example"
marketing = "news@fern.example"

[legal]
privacy_url = "https://fern.example/privacy"
returns_url = "https://fern.example/returns"

[locales]
default = "en"
available = ["en", "ru"]
"""

MARK = Picture("png", 280, 80, 4000, True, 1.3, 12.0)


def firm(country: str = "") -> Brand:
    """A firm with everything the rules look at."""
    brand = brands.parse(TOML, "brand.toml")
    banner = Banner("https://fern.example/banner.png", ends=date(2026, 10, 1))
    logo = Logo(url="https://fern.example/mail/logo.png", picture=MARK)
    legal = replace(brand.legal, country=country)
    return replace(brand, logo=logo, legal=legal, signature=replace(brand.signature, banner=banner))


def dictionaries() -> dict[str, document.Speller]:
    """Hunspell's dictionaries where they are installed; a few words else, so that the rule can be tried."""
    found = dict(kit_dictionaries.spellers())
    return found or {"en": Few()}


class Few:
    """A speller of a few words."""

    words = frozenset(["hello", "anna", "we", "keep", "a", "separate", "list", "of", "your", "letters"])

    def __call__(self, word: str) -> bool:
        """Whether it is one of them."""
        return word.lower() in self.words

    def suggest(self, word: str) -> tuple[str, ...]:
        """The one slip it knows."""
        return ("separate",) if word == "seperate" else ()


def read(
    text: str | bytes,
    path: str = "letter.txt",
    *,
    brand: Brand | None = None,
    points: dict[str, Points] | None = None,
    wishes: Wishes | None = None,
    **given: str,
) -> document.Document:
    """A document as the rules see it."""
    data = text.encode() if isinstance(text, str) else text
    return document.read(
        path,
        data,
        brand=brand,
        spellers=dictionaries(),
        today=TODAY,
        given=document.Given(**given),
        points=points,
        wishes=wishes,
    )


def verdicts(found: document.Document) -> dict[str, Verdict]:
    """Every verdict by rule."""
    return {verdict.check: verdict for verdict in judge.judge(found).report.verdicts}


def of_example(example: Example) -> document.Document:
    """An example of a rule's page."""
    brand = firm(example.country) if example.brand else None
    return read(
        example.octets,
        example.name,
        brand=brand,
        kind=example.kind,
        locale=example.locale,
        purpose=example.purpose,
        points=example.points,
    )


PACKAGE = Path(document.__file__).parent
