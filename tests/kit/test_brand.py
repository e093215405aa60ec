"""Laws of ``brand.toml``: what it gives, and how its faults are told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsetup.kit import brand, new_brand
from mailsetup.model.brand import Voice
from mailsetup.model.errors import InputError

from .firms import BRAND, firm


def refusal(text: str) -> str:
    """The sentence with which a text is refused."""
    with pytest.raises(InputError) as fault:
        brand.parse(text)
    return str(fault.value)


def test_a_brand_has_everything_that_its_file_says() -> None:
    """
    Texts by language, colours, numbers in international form.
    """
    found = firm()

    assert found.name_in("ru") == "Папоротник"
    assert found.name_in("de") == "Fern & Co"
    assert found.tagline.read("ru") == "Растения, которые живут"
    assert found.address.phone.uri == "tel:+371-60-000-000"
    assert found.voice is Voice.FRIENDLY
    assert found.palette.light.accent == "#7a3e9d"
    assert found.mail.link_hosts == ("fern.example",)


def test_the_smallest_brand_is_enough() -> None:
    """
    A name, a domain and a colour make a whole brand.
    """
    found = brand.parse('[brand]\nname="A"\ndomain="a.example"\n[colors]\nprimary="teal"')

    assert found.site == "https://a.example/"
    assert found.palette.light.primary == "#008080"
    assert found.locales.available == ("en",)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("primary =", "primery =", ("line 15", "primery", "did you mean primary?")),
        ("[logo]", "[lgo]", ("lgo", "did you mean logo?")),
        ("width = 140", 'width = "140"', ("line 12", "[logo] width", "whole number")),
        (
            '"https://fern.example/mail/logo.png"',
            '"javascript:alert(1)"',
            ("line 11", "[logo] url", "https://"),
        ),
        ('muted = "#5b6472"', 'muted = "#aaaaaa"', ("line 19", "muted", "2.32:1", 'muted = "#')),
        ('country = "LV"', 'country = "Latvia"', ("country", "two letters")),
        ('phone = "+371 6000 0000"', 'phone = "12"', ("phone", "+371 6000 0000")),
        ('default = "en"', 'default = "de"', ("default", "available")),
        ('"news@fern.example"', '"orders@fern.example"', ("marketing", "two addresses")),
        ("until = 2027-03-31", 'until = "soon"', ("until", "2027-01-31")),
        ('name = "Fern & Co"', 'name = "Fern\\r\\nBcc: x@y.example"', ("line 4", "name", "U+000D")),
        ('name = "Fern & Co"', 'name = "Fern\\u202Exe"', ("line 4", "U+202E", "delete")),
        ('domain = "fern.example"', 'domain = "fern"', ("domain", "label")),
        ('heading = ["Georgia", "Times New Roman", "serif"]', 'heading = ["Papyrus"]', ("heading", "Arial")),
        ("schema = 1", "schema = 2", ("schema", "schema = 1")),
        ("[brand]", "[brand", ("line 3", "TOML")),
    ],
)
def test_a_fault_is_told_with_its_place_and_its_cure(old: str, new: str, expected: tuple[str, ...]) -> None:
    """
    File, line or key, and what to write instead; on one line.
    """
    said = refusal(BRAND.replace(old, new, 1))

    assert said.startswith("brand.toml")
    assert "\n" not in said
    for part in expected:
        assert part in said


def test_the_shade_on_offer_passes() -> None:
    """
    What a refusal offers is accepted when it is written.
    """
    import re

    bad = BRAND.replace("#5b6472", "#c0ffee")
    offered = re.search(r'muted = "(#[0-9a-f]{6})"', refusal(bad))

    assert offered
    assert brand.parse(bad.replace("#c0ffee", offered[1])).palette.light.muted == offered[1]


@pytest.mark.parametrize(
    "path", ["../logo.png", "/etc/passwd", "C:\\x.png", "a/../../b.png", "~/logo.png", "a//b"]
)
def test_a_picture_never_lies_above_the_brand(path: str) -> None:
    """
    Only files beside the brand's file are taken.
    """
    said = refusal(BRAND.replace("width = 140", f"file = {path!r}"))

    assert "must lie beside" in said


def test_every_key_of_the_sample_is_known_and_usable() -> None:
    """
    The sample is a whole brand.
    """
    found = brand.parse(new_brand.text(new_brand.sample_values()))

    assert found.name == "Fern & Co"
    assert found.locales.available == ("en", "ru")
    assert not found.palette.notes


@given(st.text(max_size=60).filter(lambda t: t.strip() and t.isprintable()))
@settings(deadline=None)
def test_a_name_written_as_toml_is_read_as_it_was(name: str) -> None:
    """
    Quoting and reading are inverse, whatever stands in the name.
    """
    import tomllib

    assert tomllib.loads(f"x = {new_brand.quoted(name)}") == {"x": name}


@given(st.text(max_size=300))
@settings(deadline=None)
def test_no_text_breaks_the_reader(text: str) -> None:
    """
    Any text is a brand or a refusal.
    """
    for candidate in (text, f"[brand]\n{text}", BRAND + text):
        try:
            brand.parse(candidate)
        except InputError as fault:
            assert "\n" not in str(fault).strip()


VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["en", "file", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(st.sampled_from(brand.TABLES), st.none() | VALUES)
@settings(deadline=None)
def test_no_value_of_any_kind_breaks_the_reader(table: str, value: object) -> None:
    """
    A value of the wrong kind is a refusal too.
    """
    import tomllib

    data = {**tomllib.loads(BRAND), table: value}
    if value is None:
        del data[table]
    try:
        brand.from_data(data, "", "brand.toml")
    except InputError as fault:
        assert str(fault).startswith("brand.toml")
