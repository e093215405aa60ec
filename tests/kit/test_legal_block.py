"""The company's particulars: what each country asks for, and how they are said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailsetup.kit.signatures import legal
from mailsetup.kit.signatures.team_files import notes
from mailsetup.kit.templates.composing import brand_view
from mailsetup.model.brand import Address, Brand, Legal, LocalText

from .firms import firm


def of(country: str, **values: object) -> Brand:
    """A firm with nothing but what is given."""
    brand = firm()
    return replace(brand, legal=Legal(country=country, **values))  # type: ignore[arg-type]


def asked(brand: Brand) -> set[str]:
    """The keys of what is missing."""
    return {one.key for one in legal.missing(brand)}


@pytest.mark.parametrize(
    ("form", "more"),
    [
        ("GmbH", {"directors"}),
        ("UG (haftungsbeschränkt)", {"directors"}),
        ("AG", {"directors", "chair"}),
        ("SE", {"directors", "chair"}),
        ("e.K.", set()),
        ("OHG", set()),
        ("KG", set()),
        ("GmbH & Co. KG", {"directors"}),
    ],
)
def test_a_german_firm_is_asked_by_its_form(form: str, more: set[str]) -> None:
    """
    Seat, court and number of every registered firm; a GmbH and an AG name who leads them (GmbHG 35a, AktG 80).
    """
    assert {"seat", "register", "number", *more} == asked(of("DE", form=form))


def test_the_form_may_stand_in_the_name() -> None:
    """
    "Farn GmbH" needs no form of its own; without any the form is asked for, and who leads the firm.
    """
    assert "form" not in asked(of("DE", name="Farn GmbH"))
    assert "directors" in asked(of("DE", name="Farn GmbH"))
    assert {"form", "directors"} <= asked(of("DE", name="Farn"))


def test_a_whole_german_block_says_everything() -> None:
    """
    A link would not be enough: each particular stands in the signature.
    """
    brand = of(
        "DE",
        name="Farn AG",
        seat="Berlin",
        register="Amtsgericht Charlottenburg",
        number="HRB 12345",
        directors=("Anna Berg", "Ivo Tal"),
        chair="Eva Stern",
    )
    block = " ".join(legal.lines(brand, "en")).replace("\u00a0", " ")

    assert set() == asked(brand)
    for part in ("Farn AG", "Berlin", "Amtsgericht Charlottenburg", "HRB 12345", "Eva Stern"):
        assert part in block
    assert "Executive board: Anna Berg, Ivo Tal" in block


@pytest.mark.parametrize(
    ("country", "keys"),
    [
        ("AT", {"form", "seat", "register", "number"}),
        ("GB", {"number", "register", "office"}),
        ("RU", set()),
        ("FR", set()),
    ],
)
def test_other_countries_ask_for_theirs(country: str, keys: set[str]) -> None:
    """
    Austria by UGB 14, the United Kingdom by its trading disclosures; Russia and those not read ask for none.
    """
    assert keys == asked(of(country))


def test_the_united_states_ask_for_a_postal_address() -> None:
    """
    CAN-SPAM, in commercial mail.
    """
    brand = of("US")
    bare = replace(brand, address=type(brand.address)())

    assert set() == asked(brand)
    assert {"street", "city", "postal_code"} == asked(bare)


def test_a_russian_owner_is_told_of_advertising() -> None:
    """
    Nothing is asked for in ordinary letters; advertising needs consent that can be proved.
    """
    told = " ".join(notes(of("RU")))

    assert "38-FZ" in told and "consent" in told and "INN" in told


@pytest.mark.parametrize("country", ["FR", "ES", "IT", "PL", "LV"])
def test_a_rule_that_was_not_read_is_to_be_checked(country: str) -> None:
    """
    No claim rests on it; the fields are shown as they are filled in.
    """
    assert any("check with your accountant" in note for note in notes(of(country)))


def test_a_country_that_is_not_given_is_asked_for() -> None:
    """
    Without it nothing is known of the particulars, and nothing is claimed.
    """
    told = " ".join(notes(of("")))

    assert "no country is given" in told and "[legal] country" in told


def test_what_is_missing_is_named_with_its_law() -> None:
    """
    And that it is no legal advice.
    """
    told = " ".join(notes(of("GB")))

    assert "Trading Disclosures" in told and "office" in told and "no legal advice" in told


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_the_postal_address_stands_beside_a_seat(locale: str) -> None:
    """
    A seat is a town; a registered office that is the address is said once.
    """
    seat = " ".join(legal.lines(of("DE", name="Farn GmbH", seat="Riga"), locale))
    office = " ".join(legal.lines(of("GB", name="Fern Ltd", office="Main Street 1, Riga"), locale))

    assert "Main Street 1, LV-1010" in seat
    assert 1 == office.count("Main Street 1")


@pytest.mark.parametrize(
    ("form", "name", "expected"),
    [
        ("ООО", "Ромашка", "ООО «Ромашка»"),
        ("ООО", "«Ромашка»", "ООО «Ромашка»"),
        ("ООО", "ООО «Ромашка»", "ООО «Ромашка»"),
        ("АО", 'Завод "Ромашка"', "АО «Завод „Ромашка“»"),
        ("ИП", "Петров Иван", "ИП Петров Иван"),
        ("SIA", "Fern", "Fern SIA"),
        ("AG", "Agentur Farn", "Agentur Farn AG"),
        ("Ltd", "Fern Ltd.", "Fern Ltd."),
    ],
)
def test_a_form_stands_where_its_language_puts_it(form: str, name: str, expected: str) -> None:
    """
    Before the name in Russian, with quotation marks; behind it elsewhere; never twice.
    """
    assert legal.lines(of("LV", form=form, name=name), "ru")[0].startswith(expected)


@pytest.mark.parametrize(
    ("locale", "number", "expected"),
    [
        ("ru", "1027700132195", "ОГРН 1027700132195"),
        ("ru", "304500116000157", "ОГРНИП 304500116000157"),
        ("en", "1027700132195", "OGRN 1027700132195"),
        ("en", "304500116000157", "OGRNIP 304500116000157"),
    ],
)
def test_russian_numbers_have_their_own_names(locale: str, number: str, expected: str) -> None:
    """
    A company's number has thirteen digits, a sole trader's fifteen; the tax number is INN.
    """
    block = " ".join(legal.lines(of("RU", number=number, vat="7707083893"), locale)).replace("\u00a0", " ")

    assert expected in block
    assert ("ИНН" if locale == "ru" else "INN") in block


@pytest.mark.parametrize("country", sorted(legal.ASKED))
def test_every_rule_names_its_law(country: str) -> None:
    """
    A particular without a source is not asked for.
    """
    assert all(one.cites for one in legal.ASKED[country])


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("LV", "YO21 3AB Whitby"),
        ("DE", "YO21 3AB Whitby"),
        ("GB", "Whitby YO21 3AB"),
        ("US", "Whitby YO21 3AB"),
    ],
)
def test_the_postal_code_stands_where_the_country_writes_it(country: str, expected: str) -> None:
    """Behind the town in Great Britain and the United States, before it in most of Europe."""
    town = Address(city=LocalText.of("Whitby"), postal_code="YO21 3AB", country=country)
    brand = replace(firm(), address=town)

    assert expected == town.town("en")
    assert legal.address(brand, "en").startswith(f"{expected}, ")
    assert str(brand_view(brand, "en")["address"]).startswith(f"{expected}, ")


def test_an_office_written_in_another_language_is_not_said_twice() -> None:
    """The register has the address in its own letters; the same street in Russian tells nothing more."""
    street = LocalText({"en": "4 Harbour Lane", "ru": "Харбор-лейн, 4"})
    office = "4 Harbour Lane, Whitby YO21 3AB"
    brand = of("GB", form="Ltd", number="01234567", register="England and Wales", office=office)
    brand = replace(brand, address=replace(brand.address, street=street))

    assert "Харбор-лейн" not in " ".join(legal.lines(brand, "ru"))
