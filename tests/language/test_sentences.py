"""A sentence is said in the language in use; numbers choose their words; nothing else about it changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mailsetup.model.errors import UsageError
from mailsetup.model.language import language, speak, translated
from mailsetup.model.message import say
from mailsetup.run.language import catalogue, languages, use, wanted


class Invented:
    """A catalogue with three forms, as Russian has them."""

    language = "xx"

    def __init__(self, **texts: str) -> None:
        self.texts = texts

    def gettext(self, message: str) -> str:
        return self.texts.get(message, message)

    def form(self, number: int) -> int:
        if number % 10 == 1 and number % 100 != 11:
            return 0
        return 1 if 2 <= number % 10 <= 4 and not 12 <= number % 100 <= 14 else 2


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    yield
    speak(None)


@pytest.mark.parametrize(
    ("number", "expected"), [(0, "0 records"), (1, "1 record"), (2, "2 records"), (21, "21 records")]
)
def test_english_has_two_forms(number: int, expected: str) -> None:
    assert expected == str(say("{n} {n:record|records}", n=number))


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "0 записей"),
        (1, "1 запись"),
        (3, "3 записи"),
        (5, "5 записей"),
        (11, "11 записей"),
        (21, "21 запись"),
    ],
)
def test_another_language_has_as_many_forms_as_it_needs(number: int, expected: str) -> None:
    speak(Invented(**{"{n} {n:record|records}": "{n} {n:запись|записи|записей}"}))

    assert expected == str(say("{n} {n:record|records}", n=number))


def test_a_text_without_translation_keeps_its_english_words() -> None:
    speak(Invented())

    assert "21 records" == str(say("{n} {n:record|records}", n=21))


def test_a_sentence_in_a_sentence_is_said_in_the_same_language() -> None:
    inner = say("broken")
    outer = say("{host} is {state}", host="a.example", state=inner)
    speak(Invented(**{"broken": "сломан", "{host} is {state}": "{state}: {host}"}))

    assert "сломан: a.example" == str(outer)
    assert "a.example is broken" == outer.english()


def test_hostile_values_stay_printable_and_are_never_templates() -> None:
    assert "\\x1b[31m{n}" == str(say("{text}", text="\x1b[31m{n}"))


def test_a_format_of_a_number_still_works() -> None:
    assert "007 records" == str(say("{n:03d} {n:record|records}", n=7))


def test_a_language_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="--lang tlh is not there; there are en"):
        use("tlh")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "de:ru"}, "ru"),
        ({"LC_MESSAGES": "ru"}, "ru"),
        ({"LC_ALL": "POSIX", "LANGUAGE": "ru"}, "en"),
    ],
)
def test_the_environment_says_which_language(environment: dict[str, str], expected: str) -> None:
    assert expected == wanted(environment)


def test_russian_is_one_of_the_languages() -> None:
    use("ru")

    assert ("en", "ru") == languages()
    assert "ru" == language()
    assert [0, 1, 2, 2, 0] == [catalogue("ru").form(n) for n in (1, 2, 5, 11, 21)]  # type: ignore[union-attr]
    assert "nobody translates this" == translated("nobody translates this")
