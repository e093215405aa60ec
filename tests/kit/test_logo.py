"""Laws of logos: measured with bounded memory, never trusted."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsetup.kit import logo
from mailsetup.model.errors import InputError

from .firms import png

MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 100 100">'
    "<title>Fern</title><circle cx='50' cy='50' r='40' fill='#0f5b8c'/></svg>"
)


def test_a_dark_logo_on_a_transparent_ground_needs_a_plate() -> None:
    """
    Its edge is lost in the dark; a light one's is not.
    """
    dark = logo.measure(png(), "logo.png")
    light = logo.measure(png(color=(240, 240, 240, 255)), "logo.png")

    assert (dark.form, dark.width, dark.height, dark.transparent) == ("png", 280, 100, True)
    assert logo.needs_plate(dark)
    assert not logo.needs_plate(light)


def test_a_plate_gives_the_edge_its_contrast_back() -> None:
    """
    The plated logo stands in the dark.
    """
    plated = logo.measure(logo.plated(logo.measure(png(), "logo.png")), "logo.png")

    assert plated.edge_contrast_dark > logo.GRAVE_EDGE
    assert not logo.needs_plate(plated)


def test_a_photo_is_cut_to_a_circle() -> None:
    """
    Corners are empty, the middle is not.
    """
    from PIL import Image

    cut = Image.open(io.BytesIO(logo.rounded(logo.measure(png(300, 400), "photo.png"), 160))).convert("RGBA")

    assert cut.size == (160, 160)
    assert cut.getpixel((0, 0))[3] == 0
    assert cut.getpixel((80, 80))[3] > 250


def test_fifty_megapixels_are_refused_before_they_are_unpacked() -> None:
    """
    A small file that unpacks into much memory is not unpacked.
    """
    import tracemalloc

    from PIL import Image

    out = io.BytesIO()
    Image.new("1", (10_000, 5_000)).save(out, "PNG")
    tracemalloc.start()

    with pytest.raises(InputError, match="50 megapixels"):
        logo.measure(out.getvalue(), "logo.png")

    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "script"),
        ("<svg onload='x()'/>", "onload"),
        (
            "<svg xmlns:xlink='http://www.w3.org/1999/xlink'><use xlink:href='https://e.example/#a'/></svg>",
            "outside",
        ),
        ("<svg><image href='file:///etc/passwd'/></svg>", "outside"),
        ("<svg><a href='javascript:alert(1)'/></svg>", "outside"),
        ("<svg><style>@import 'https://e.example/x.css'</style></svg>", "outside"),
        ("<svg><rect style='fill:url(https://e.example/x)'/></svg>", "outside"),
        ("<svg><foreignObject/></svg>", "foreignobject"),
        ('<!DOCTYPE s [<!ENTITY a "b">]><svg>&a;</svg>', "entities"),
        ('<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>', "entities"),
        ("<svg><g></svg>", "not a whole SVG"),
        ("<?xml version='1.0'?><html/>", "not SVG"),
    ],
)
def test_an_svg_that_does_something_is_refused(text: str, expected: str) -> None:
    """
    Scripts, entities and outside references are named.
    """
    with pytest.raises(InputError, match=r"logo\.svg: ") as fault:
        logo.measure(text.encode(), "logo.svg")

    assert expected in str(fault.value)


def test_an_svg_that_could_be_a_bimi_mark_has_no_fault() -> None:
    """
    SVG Tiny PS, titled, square, still.
    """
    assert logo.measure(MARK.encode(), "mark.svg").mark_faults == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('baseProfile="tiny-ps"', "", "tiny-ps"),
        ("<title>Fern</title>", "", "title"),
        ("0 0 100 100", "0 0 300 100", "square"),
        ("<circle", "<animate/><circle", "move"),
        ("<circle", "<text>x</text><circle", "<text>"),
        ('version="1.2"', 'version="1.2" x="0"', "x or y"),
    ],
)
def test_what_keeps_an_svg_from_being_a_mark_is_named(old: str, new: str, expected: str) -> None:
    """
    Each rule of the profile by itself.
    """
    faults = logo.measure(MARK.replace(old, new).encode(), "mark.svg").mark_faults

    assert any(expected in fault for fault in faults)


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"<svg", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff", b"RIFF"]),
)
@settings(deadline=None)
def test_no_bytes_break_the_measuring(tail: bytes, head: bytes) -> None:
    """
    Any bytes are a picture or a refusal.
    """
    try:
        logo.measure(head + tail, "logo")
    except InputError as fault:
        assert str(fault).startswith("logo: ")


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (png(), "logo.png", ("png", "280 x 100", "transparent", "on white and", "cannot serve")),
        (MARK.encode(), "logo.svg", ("svg", "PNG as well", "it could serve as a BIMI mark")),
    ],
)
def test_the_owner_is_told_what_was_measured(data: bytes, name: str, said: tuple[str, ...]) -> None:
    """
    Size, transparency, edge by day and in the dark, and whether it could serve as a BIMI mark.
    """
    notes = " | ".join(map(str, logo.described(logo.measure(data, name))))

    assert [] == [word for word in said if word not in notes], notes
    assert ("contrast" in notes) is (name == "logo.png")
