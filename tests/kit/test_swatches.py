"""Laws of the page of colours."""

from __future__ import annotations

from mailsetup.kit import new_brand, swatches

from .firms import BRAND, firm


def test_the_sample_is_readable_in_every_setting() -> None:
    """
    By day, in the dark and where programs invert.
    """
    brand = firm(new_brand.text(new_brand.sample_values()))

    assert all(pair.passes for pair in swatches.pairs(brand))
    assert swatches.notes(brand) == ()


def test_a_shade_that_inversion_makes_unreadable_is_told_once() -> None:
    """
    The note names the shade and both colours as they are shown.
    """
    (note, *_) = swatches.notes(firm(BRAND.replace("#5b6472", "#707070")))

    assert note.startswith("where a mail program inverts letters, muted on background")


def test_a_name_on_the_page_is_only_text() -> None:
    """
    Markup in a name is shown, not obeyed.
    """
    page = swatches.page(firm(BRAND.replace("Fern & Co", "<script>{{ 7*7 }}", 1)))

    assert "<script>" not in page
    assert "&lt;script&gt;{{ 7*7 }}" in page
