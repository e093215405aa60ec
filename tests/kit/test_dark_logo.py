"""A second logo for dark grounds: written with the others, shown by letters, and told where it cannot be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mailsetup.kit import logo, render
from mailsetup.kit.signatures import render as signature
from mailsetup.kit.signatures.team_files import notes
from mailsetup.model.brand import Brand, Layout
from mailsetup.run.kit_brand import load_brand
from mailsetup.run.kit_build import build_kit
from mailsetup.run.kit_preview import preview_page

from .firms import BRAND, DAY, firm, png, staff
from .letter_worlds import Page, letter

LIGHT = (230, 240, 250, 255)
URL = 'url = "https://fern.example/mail/logo.png"'
HOSTED = "https://fern.example/mail/logo-dark.png"
FILES = 'file = "logo.png"\ndark = "file"\ndark_file = "dark.png"'


def _on_disk(folder: Path, text: str) -> Brand:
    (folder / "brand.toml").write_text(text, encoding="utf-8", newline="\n")
    (folder / "logo.png").write_bytes(png())
    (folder / "dark.png").write_bytes(png(color=LIGHT))
    return load_brand(folder)


def _logos(brand: Brand) -> list[dict[str, str]]:
    page = Page(render.html(letter("order.confirmed", brand=brand)))
    return [image for image in page.all("img") if "logo" in image["class"].split()]


@pytest.mark.parametrize("also", ["", URL + "\n"])
def test_a_file_for_the_dark_is_hosted_and_shown(tmp_path: Path, also: str) -> None:
    """
    With a hosted folder alone: the build writes it there, letters have both pictures, the gallery shows both.
    """
    brand = _on_disk(tmp_path, BRAND.replace(URL, also + FILES))
    build_kit(brand, (), tmp_path / "kit", day=DAY)
    made = tmp_path / "kit" / "hosted" / "logo-dark.png"
    light, dark = _logos(brand)

    assert logo.measure(made.read_bytes(), "made").edge_contrast_dark > 10
    assert (
        HOSTED == dark["src"]
        and "logodark" in dark["class"]
        and "display:none" in dark["style"].replace(" ", "")
    )
    assert "logolight" in light["class"] and light["alt"] == dark["alt"]
    assert f'"{HOSTED}"' in preview_page(brand, staff())


def test_its_own_address_comes_first(tmp_path: Path) -> None:
    """
    ``dark_url`` names where it is; nothing need be written then.
    """
    address = "https://cdn.fern.example/night.png"
    brand = firm(BRAND.replace(URL, f'{URL}\ndark = "file"\ndark_url = "{address}"'))

    assert address == _logos(brand)[1]["src"]


def test_signatures_keep_the_plate(tmp_path: Path) -> None:
    """
    They are pasted, so no program can change their picture: one that would be lost in the dark has its plate.
    """
    one = _on_disk(tmp_path, BRAND.replace(URL, FILES))
    plain = replace(one, logo=replace(one.logo, dark=type(one.logo.dark)("auto")))
    made = [signature(brand, staff()[0], Layout.LOGO_TOP, "en", DAY).html for brand in (one, plain)]

    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (URL, 'file = "logo.png"\ndark_file = "dark.png"', 'write dark = "file"'),
        ('assets_url = "https://fern.example/mail/"', "", "hosted/logo-dark.png"),
        (URL, FILES, ""),
    ],
)
def test_what_keeps_it_away_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    """
    A file that no key uses, one that nobody can fetch; and silence where all is well.
    """
    text = BRAND.replace(old, new) if old == URL else BRAND.replace(URL, FILES).replace(old, new)
    told = [note for note in notes(_on_disk(tmp_path, text)) if "dark grounds" in note]

    assert [bool(said)] == [bool(told)] if said else [] == told
    assert all(said in note for note in told)
