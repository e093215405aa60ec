"""A brand from disk: ``brand.toml``, the pictures it names and ``people.csv`` beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mailsetup.model.brand import Brand, Person, Picture
from mailsetup.model.errors import InputError
from mailsetup.model.message import phrase, say

BRAND_FILE = "brand.toml"
PEOPLE_FILE = "people.csv"


def load_brand(path: str | Path = BRAND_FILE) -> Brand:
    """
    The brand of a file (or of the folder it lies in), its logo measured.

    `InputError` names file, line, key and what to write.
    """
    from mailsetup.edge.files import read_text
    from mailsetup.kit import brand

    place = brand_place(path)
    found = brand.parse(read_text(place, phrase("brand file")), str(place))
    logo = found.logo
    if logo.file:
        logo = replace(logo, picture=picture(place.parent, logo.file, found, "[logo] file"))
    if logo.dark_file:
        logo = replace(logo, dark_picture=picture(place.parent, logo.dark_file, found, "[logo] dark_file"))
    return replace(found, logo=logo)


def brand_place(path: str | Path) -> Path:
    """The brand's file, of itself or of the folder it lies in; `InputError` where there is none."""
    place = Path(path)
    if place.is_dir():
        place = place / BRAND_FILE
    if not place.exists():
        raise InputError(say("{place} is not there; `mailsetup kit init` writes one", place=place))
    return place


def picture(folder: Path, name: str, brand: Brand, key: str) -> Picture:
    """A picture that a brand names by a path beside its file, measured."""
    from mailsetup.edge.files import read_bytes
    from mailsetup.kit.logo import OCTET_LIMIT, measure

    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(
            say(
                "{origin}: {key} {name} leads out of the brand's folder; copy the file into it",
                origin=brand.origin,
                key=key,
                name=name,
            )
        )
    if not path.is_file():
        raise InputError(
            say(
                '{origin}: {key} "{name}" is not there; put it beside the brand file, or leave it out',
                origin=brand.origin,
                key=key,
                name=name,
            )
        )
    return measure(read_bytes(path, phrase("picture"), OCTET_LIMIT + 1), str(path))


def load_people(brand: Brand, path: str | Path | None = None) -> tuple[Person, ...]:
    """
    Everybody: of the table given, else of ``people.csv`` beside the brand's file, else of the brand.

    `InputError` names file, line and column. Two people with one id are refused, within and between them.
    """
    from mailsetup.edge.files import READ_LIMIT, read_bytes
    from mailsetup.kit import people

    place = Path(path) if path is not None else Path(brand.origin).parent / PEOPLE_FILE
    if path is None and not place.is_file():
        return brand.people
    text = people.decode(read_bytes(place, phrase("people table"), READ_LIMIT), str(place))
    found = people.parse(text, brand.address.country, brand.locales, str(place))
    both = {one.id for one in brand.people} & {one.id for one in found}
    if both:
        raise InputError(
            say(
                '{place}: the id "{both}" is in [[people]] of {origin} too; delete one',
                place=place,
                both=min(both),
                origin=brand.origin,
            )
        )
    return (*brand.people, *found)
