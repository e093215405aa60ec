"""The kit as it ships: what `kit init` and `kit build` make with nobody to ask, in every language and voice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from mailsetup.kit import templates
from mailsetup.model.brand import Brand, Person, Voice
from mailsetup.run.kit_brand import load_brand, load_people
from mailsetup.run.kit_build import build_kit
from mailsetup.run.kit_init import Given, create
from mailsetup.run.kit_preview import preview_page

LOCALES = ("en", "ru")
VOICES = (Voice.FORMAL.value, Voice.FRIENDLY.value)
LETTERS = 51 * len(LOCALES) * len(VOICES)


class Shipped(NamedTuple):
    """The folder of a sample: its brand and people, the kit in ``folder / "kit"`` and the gallery's page."""

    folder: Path
    brand: Brand
    people: tuple[Person, ...]
    gallery: Path


def make(folder: Path) -> Shipped:
    """Writes a sample brand, its kit with every layout, and its gallery."""
    list(create(folder, Given(), ask=None, force=False))
    brand = load_brand(folder)
    people = load_people(brand)
    build_kit(brand, people, folder / "kit", all_layouts=True)
    gallery = folder / "gallery.html"
    gallery.write_text(preview_page(brand, people), encoding="utf-8", newline="\n")
    return Shipped(folder, brand, people, gallery)


def pack(
    brand: Brand,
    people: tuple[Person, ...] = (),
    locales: tuple[str, ...] = LOCALES,
    voices: tuple[str, ...] = VOICES,
) -> Mapping[str, bytes]:
    """Every filled-in letter of a brand, dated now, by its path."""
    now = datetime.now(UTC)
    made = templates.letters(brand, people, locales, voices, as_of=now, targets=())
    return {path: data for path, data in made if path.startswith("letters/")}
