"""Laws of ``kit colors``: a table, a page, and a fixed file on request; the brand itself stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsetup.kit import brand, colors, mended_colors
from mailsetup.model.errors import InputError
from tests.cli.command import mailsetup

BAD = """\
# ours
[brand]
name = "Fern"
domain = "fern.example"
[colors]
primary = "turquoise"  # the house
text = '#999999'       # too pale
[colors.dark]
text = "#000000"
"""
SHADE = st.builds("#{:06x}".format, st.integers(0, 0xFFFFFF))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a brand whose text is too pale, by day and in the dark."""
    (tmp_path / "brand.toml").write_text(BAD, encoding="utf-8")
    return tmp_path


def test_the_brand_may_be_given_as_to_the_other_commands(home: Path) -> None:
    """
    `kit build`, `preview` and `lint` take ``--brand``; here the file alone is enough, and both are too much.
    """
    place = home / "brand.toml"
    both = mailsetup("kit", "colors", place, "--brand", place)

    assert mailsetup("kit", "colors", place).out == mailsetup("kit", "colors", "--brand", place).out != ""
    assert "--brand" in both.err and both.code == 2


def test_every_pair_is_in_the_table(home: Path) -> None:
    """
    With its contrast, by day and in the dark, the edge of buttons too; what fails has a shade on offer and exit code 1.
    """
    told = mailsetup("kit", "colors", folder=home)

    assert 1 == told.code
    for pair in ("text on background", "muted on background", "link on background", "on_primary on primary"):
        assert 4 == sum(pair in line and ":1  " in line for line in told.out.splitlines())
    assert 2 == told.out.count("edge on background")
    assert "2.85:1" in told.out and "4.5:1 is needed" in told.out
    assert 'write [colors] text = "#757575" instead of #999999' in told.out


def test_a_readable_brand_exits_zero(tmp_path: Path) -> None:
    """
    The sample.
    """
    mailsetup("kit", "init", folder=tmp_path)

    assert 0 == mailsetup("kit", "colors", folder=tmp_path).code


def test_a_fixed_file_differs_in_its_shades_alone(home: Path) -> None:
    """
    Comments and all else stay; what was written is read by ``kit build``; the brand is as it was.
    """
    mailsetup("kit", "colors", "--fixed", "good.toml", folder=home)
    made = (home / "good.toml").read_text(encoding="utf-8")
    changed = [a for a, b in zip(BAD.splitlines(), made.splitlines(), strict=True) if a != b]

    assert ["text = '#999999'       # too pale", 'text = "#000000"'] == changed
    assert "# too pale" in made and "# the house" in made
    assert brand.parse(made).palette.light.text == "#757575"
    assert BAD == (home / "brand.toml").read_text(encoding="utf-8")


def test_a_page_shows_the_colours_that_fail_too(home: Path) -> None:
    """
    With the mark that says so, and no address to fetch from.
    """
    mailsetup("kit", "colors", "--page", "colors.html", folder=home)
    page = (home / "colors.html").read_text(encoding="utf-8")

    assert "#999999" in page and "&#10007;" in page and "http" not in page


@pytest.mark.parametrize("option", ["--page", "--fixed"])
def test_nothing_is_overwritten_without_force(home: Path, option: str) -> None:
    """
    One sentence, exit code 2, the file as it was.
    """
    (home / "there").write_text("mine", encoding="utf-8")
    told = mailsetup("kit", "colors", option, "there", folder=home)

    assert (2, "mine") == (told.code, (home / "there").read_text(encoding="utf-8"))
    assert 1 == len(told.err.strip().splitlines())
    assert mailsetup("kit", "colors", option, "there", "--force", folder=home).code == 1


def test_a_form_that_cannot_be_changed_is_named() -> None:
    """
    An inline table is left to its owner.
    """
    text = BAD.replace('[colors.dark]\ntext = "#000000"', "").replace(
        "[colors]", "[colors]\ndark = {text = '#000'}"
    )
    with pytest.raises(InputError, match=r"\[colors\.dark\] text.*yourself"):
        mended_colors.mended(text, "brand.toml")


@given(
    st.dictionaries(st.sampled_from(brand.SHADES), SHADE),
    st.dictionaries(st.sampled_from(brand.SHADES), SHADE),
)
@settings(deadline=None, max_examples=80)
def test_every_palette_becomes_readable(light: dict[str, str], dark: dict[str, str]) -> None:
    """
    Whatever is given, what is written is accepted as it is, and mending it again changes nothing.
    """
    lines = [f'{k} = "{v}"' for k, v in {"primary": "#0f5b8c", **light}.items()]
    more = [f'{k} = "{v}"' for k, v in dark.items()]
    text = "\n".join(
        ['[brand]\nname = "F"\ndomain = "f.example"\n[colors]', *lines, "[colors.dark]", *more, ""]
    )
    made, _ = mended_colors.mended(text, "brand.toml")
    palette = brand.parse(made).palette

    assert all(
        there >= wanted
        for shades in (palette.light, palette.dark)
        for _, _, there, wanted in colors.pairs(shades)
    )
    assert (made, ()) == mended_colors.mended(made, "brand.toml")
