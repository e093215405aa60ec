"""Laws of ``people.csv``: who is read, and how its faults are told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsetup.kit import people
from mailsetup.model.brand import Layout, Locales
from mailsetup.model.errors import InputError

from .firms import PEOPLE, staff

BOTH = Locales("en", ("en", "ru"))


def refusal(table: str) -> str:
    """The sentence with which a table is refused."""
    with pytest.raises(InputError) as fault:
        people.parse(table, "RU", BOTH)
    return str(fault.value)


def test_a_person_has_what_the_row_says() -> None:
    """
    Numbers are international, handles are addresses, texts go by language.
    """
    anna, support = staff()

    assert anna.name_in("ru") == "Анна Берзиня"
    assert anna.role.read("ru") == "Руководитель отдела продаж"
    assert anna.telegram == "https://t.me/annafern"
    assert anna.phone.shown == "+371 60 000 001"
    assert support.layout is Layout.TEAM


def test_a_number_as_it_is_dialled_at_home_becomes_international() -> None:
    """
    The firm's country stands for the missing code.
    """
    (one,) = people.parse("name,phone\nA,8 (495) 123-45-67\n", "RU", BOTH)

    assert one.phone.shown == "+7 495 123-45-67"


@pytest.mark.parametrize("encoded", [PEOPLE.encode(), PEOPLE.encode("utf-8-sig"), PEOPLE.encode("utf-16")])
def test_a_byte_order_mark_changes_nothing(encoded: bytes) -> None:
    """
    UTF-8 with or without BOM and UTF-16 with one give the same people.
    """
    assert staff(people.decode(encoded)) == staff()


def test_windows_1251_is_named_with_its_line() -> None:
    """
    A table in cp1251 is refused with what to do, never read wrongly.
    """
    with pytest.raises(InputError) as fault:
        people.decode("id,name\na,Anna\nb,Пётр\n".encode("cp1251"))

    assert "line 3" in str(fault.value)
    assert "cp1251" in str(fault.value)
    assert "UTF-8" in str(fault.value)


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_cells_stand_between_commas_semicolons_or_tabs(between: str) -> None:
    """
    What spreadsheets write in any country is read.
    """
    (one,) = people.parse(f"id{between}name\na{between}Anna\n", "", BOTH)

    assert one.name == "Anna"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("", ("empty",)),
        ("id,name\n", ("nobody",)),
        ("id,email\na,a@b.example\n", ("line 1", '"name" is missing')),
        ("id,name,emial\na,A,x\n", ("line 1", "emial", "did you mean email?")),
        ("id,name,name\na,A,B\n", ("line 1", "twice")),
        ("id,name\na,A\nA,B\n", ("line 3", '"a"', "line 2")),
        ("id,name\na,A,extra\n", ("line 2", "3 cells")),
        ("id,name\na,\n", ("line 2", '"name"', "empty")),
        ('id,name\na,"A\n', ("line", "quotation")),
        ("id,name,email\na,A,nobody\n", ("line 2", '"email"', "name@example.com")),
        ("id,name,email\na,A,=cmd@x.example\n", ("line 2", '"email"', "formula")),
        ("id,name,phone\na,A,1\n", ("line 2", '"phone"', "+371")),
        ("id,name,layout\na,A,bra\n", ("line 2", '"layout"', "did you mean bar?")),
        ("id,name,locale\na,A,de\n", ("line 2", '"locale"', "en, ru")),
        ("id,name,photo\na,A,../x.png\n", ("line 2", '"photo"', "beside")),
        ("id,name\na,A\u202eB\n", ("line 2", "U+202E")),
        ('id,name\na,"A\r\nBcc: x"\n', ("line 3", "U+000D")),
    ],
)
def test_a_fault_is_told_with_line_and_column(table: str, expected: tuple[str, ...]) -> None:
    """
    One sentence that names the place and the cure.
    """
    said = refusal(table)

    assert said.startswith("people.csv")
    assert "\n" not in said
    for part in expected:
        assert part in said


@pytest.mark.parametrize(
    "name", ["..", "../x", "a/b", "a\\b", "con", "NUL", "com1.txt", "a:b", ".a", "a.", "a b", "é"]
)
def test_an_id_is_a_file_name_on_every_system(name: str) -> None:
    """
    Path parts, devices and hidden names are refused.
    """
    assert '"id"' in refusal(f"id,name\n{name},A\n")


@given(st.text(max_size=80))
@settings(deadline=None)
def test_a_made_id_is_a_safe_file_name_or_nothing(text: str) -> None:
    """
    Whatever a name holds, its id leads nowhere else.
    """
    made = people.slug(text)

    assert made == "" or people.safe_name(made)


@given(st.text(max_size=200) | st.binary(max_size=100))
@settings(deadline=None)
def test_no_table_breaks_the_reader(table: str | bytes) -> None:
    """
    Any text or bytes are people or a refusal.
    """
    try:
        people.parse(people.decode(table) if isinstance(table, bytes) else table, "LV", BOTH)
        people.parse("name,role\n" + (table if isinstance(table, str) else ""), "LV", BOTH)
    except InputError as fault:
        assert str(fault).startswith("people.csv")


@pytest.mark.parametrize("between", [";", " ; ", " / "])
def test_a_cell_may_hold_several_numbers(between: str) -> None:
    """
    Each is shown and linked, and stands in the contact card; more than three are refused with the column.
    """
    from mailsetup.kit import vcard
    from mailsetup.kit.signatures import render
    from mailsetup.model.brand import Layout

    from .firms import DAY, firm

    home = firm()
    table = f'name,phone\nAnna,"+371 6000 0001{between}6000 0002"\n'
    (anna,) = people.parse(table, "LV", home.locales)
    made = render(home, anna, Layout.BAR, "en", DAY)

    assert 2 == made.html.count("tel:+371")
    assert "+371 60 000 001 · +371 60 000 002" in made.text
    assert 2 == vcard.card(home, anna, "en").count(b"TEL;")
    with pytest.raises(InputError, match='line 2, column "phone": has 4 numbers'):
        people.parse(f'name,phone\nAnna,"{between.join(["+37160000001"] * 4)}"\n', "LV", home.locales)
    with pytest.raises(InputError, match='line 2, column "mobile"'):
        people.parse('name,mobile\nAnna,"+37120000001;+37120000002"\n', "LV", home.locales)
