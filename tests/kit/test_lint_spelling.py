"""Spelling: the finding names what may have been meant, and only what is sure is put right."""

from __future__ import annotations

import pytest

from mailsetup.kit.lint import document, mending
from mailsetup.run import kit_dictionaries
from tests.kit.lint_world import Few, read, verdicts

INSTALLED = kit_dictionaries.spellers()
needs = {
    lang: pytest.mark.skipif(lang not in INSTALLED, reason=f"no dictionary of {lang}")
    for lang in ("en", "ru")
}
ENGLISH = "Hello Anna,\n\nwe have {} your letter.\n"
RUSSIAN = "Здравствуйте, Анна!\n\nМы {} ваше письмо.\n"


def told(text: str, locale: str = "en") -> list[str]:
    """What the rule says of a text."""
    return [str(f.message) for f in verdicts(read(text, kind="R", locale=locale))["ETI-08"].findings]


@pytest.mark.parametrize(
    ("locale", "slip", "meant"),
    [
        pytest.param("en", "recieved", "received", marks=needs["en"]),
        pytest.param("en", "definately", "definitely", marks=needs["en"]),
        pytest.param("ru", "получиили", "получили", marks=needs["ru"]),
        pytest.param("ru", "прочиталли", "прочитали", marks=needs["ru"]),
    ],
)
def test_a_slip_is_told_with_what_was_meant(locale: str, slip: str, meant: str) -> None:
    """Up to three words of the dictionary, the nearest first."""
    (said,) = told((ENGLISH if locale == "en" else RUSSIAN).format(slip), locale)

    assert slip in said
    assert meant in said.partition(slip)[2]
    assert said.count(",") <= kit_dictionaries.SUGGESTED - 1


def test_what_is_like_no_word_is_told_without_a_suggestion() -> None:
    """No word stands behind the sentence then."""
    (said,) = told(ENGLISH.format("xqzzvkjw"))

    assert said.endswith("dictionary")


@needs["en"]
def test_only_the_first_few_words_are_asked_about() -> None:
    """A page of gibberish costs no more than eight suggestions."""
    asked: list[str] = []

    class Counting(Few):
        def suggest(self, word: str) -> tuple[str, ...]:
            asked.append(word)
            return ()

    words = [f"xqz{a}{b}vk" for a in "abcdef" for b in "ghijkl"]
    d = document.read(
        "a.txt", " ".join(words).encode(), spellers={"en": Counting()}, given=document.Given("R", "en")
    )

    assert 25 == len(verdicts(d)["ETI-08"].findings)
    assert 8 == len(asked)


def test_a_speller_that_only_says_yes_or_no_is_enough() -> None:
    """Words are told, without suggestions."""
    spellers = {"en": lambda word: word != "recieved"}
    d = document.read("a.txt", b"we have recieved it\n", spellers=spellers, given=document.Given("R", "en"))

    assert ["“recieved” is not in the dictionary"] == [str(f.message) for f in verdicts(d)["ETI-08"].findings]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("we keep a seperate list", "we keep a separate list", marks=needs["en"]),
        pytest.param("we have recieved it", "we have recieved it", marks=needs["en"]),  # relieved is as near
        pytest.param("Seperate parcels", "Seperate parcels", marks=needs["en"]),  # may be a name
        pytest.param("it is teh same", "it is teh same", marks=needs["en"]),
        pytest.param(
            "это транспортное агенство у вокзала", "это транспортное агентство у вокзала", marks=needs["ru"]
        ),
        pytest.param("можно зделать завтра", "можно зделать завтра", marks=needs["ru"]),
    ],
)
def test_only_one_word_one_slip_away_is_put_right(before: str, after: str) -> None:
    """Where two words may have been meant, or the word may be a name, its writer chooses."""
    locale = "ru" if before > "а" else "en"

    assert f"{after}\n" == mending.mend(read(f"{before}\n", kind="R", locale=locale)).source
