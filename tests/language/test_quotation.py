"""Laws of quotation marks: inner ones are inner, pairs stay pairs, and what is no pair is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsetup.model.quotation import nested, quoted


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("«ООО «Ромашка»»", "«ООО „Ромашка“»"),
        ('«ООО "Ромашка"»', "«ООО „Ромашка“»"),
        ("«ООО “Ромашка”»", "«ООО „Ромашка“»"),
        ("«ООО „Ромашка“»", "«ООО „Ромашка“»"),
        ("Команда «ООО «Ромашка»», отдел «Сад»", "Команда «ООО „Ромашка“», отдел «Сад»"),
        ("«Сад» и «Лес»", "«Сад» и «Лес»"),
        ("ООО «Ромашка»", "ООО «Ромашка»"),
        ("«Ромашка", "«Ромашка"),
        ("Ромашка»", "Ромашка»"),
        ('«5" экран»', '«5" экран»'),
        ('v=spf1 "a"', 'v=spf1 "a"'),
    ],
)
def test_marks_within_marks_are_inner_ones(written: str, expected: str) -> None:
    """
    As Russian typography has them; text without a pair is untouched.
    """
    assert expected == nested(written)


@given(st.text(alphabet="«»„“”\"' абв"))
def test_nesting_is_done_once_and_loses_nothing(text: str) -> None:
    """
    Twice is the same as once, and every other character stays where it was.
    """
    made = nested(text)

    assert made == nested(made)
    assert len(made) == len(text)
    assert all(a == b or {a, b} <= set('«»„“”"') for a, b in zip(text, made, strict=True))


def test_a_record_keeps_its_own_marks() -> None:
    """
    Where only «» are turned, straight marks are those of the record.
    """
    assert '«TXT "v=spf1 -all"»' == nested('«TXT "v=spf1 -all"»', straight=False)


@pytest.mark.parametrize(
    ("name", "expected"), [("Ромашка", "«Ромашка»"), ("«Ромашка»", "«Ромашка»"), ("Сад «Лес»", "«Сад „Лес“»")]
)
def test_a_name_is_quoted_once(name: str, expected: str) -> None:
    """
    One that has its marks keeps them.
    """
    assert expected == quoted(name)
