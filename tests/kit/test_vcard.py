"""Laws of contact cards: another reader finds what was written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsetup.kit import vcard
from mailsetup.model.brand import Person

from .firms import firm, staff


@pytest.mark.parametrize("version", ["3.0", "4.0"])
@pytest.mark.parametrize("locale", ["en", "ru"])
def test_a_card_is_read_back_by_another_reader(version: str, locale: str) -> None:
    """
    Name, firm, numbers and addresses, in both versions and languages.
    """
    import vobject

    brand, (anna, _) = firm(), staff()
    read = vobject.readOne(vcard.card(brand, anna, locale, version).decode())

    assert read.fn.value == anna.name_in(locale)
    assert read.org.value[0] == brand.name_in(locale)
    assert read.email.value == "anna@fern.example"
    assert len(read.contents["tel"]) == 2


def test_no_line_is_longer_than_the_standard_allows() -> None:
    """
    75 octets, and no character is cut in two.
    """
    brand = firm()
    long = _named("Щ" * 200)
    lines = vcard.card(brand, long, "ru").split(b"\r\n")

    assert max(map(len, lines)) <= 75
    assert "Щ" * 200 in vcard.card(brand, long, "ru").replace(b"\r\n ", b"").decode()


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40)
)
@settings(deadline=None)
def test_no_name_adds_a_line(name: str) -> None:
    """
    Separators in a name are escaped; the card keeps its lines.
    """
    plain = vcard.card(firm(), _named("A"), "en").replace(b"\r\n ", b"")
    hostile = vcard.card(firm(), _named(name), "en").replace(b"\r\n ", b"")

    assert plain.count(b"\r\n") == hostile.count(b"\r\n")
    assert b"\n" not in hostile.replace(b"\r\n", b"")


def _named(name: str) -> Person:
    return Person(id="a", name=name)
