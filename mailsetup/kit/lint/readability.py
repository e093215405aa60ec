"""How hard a text is to read, by an index of its language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from . import guess

LEAST_WORDS, LEAST_SENTENCES = 30, 3  # of shorter texts an average says nothing
LONG_WORD = 5  # syllables of a Russian word that slows a reader down
_RUSSIAN_VOWELS = re.compile("[аеёиоуыэюя]", re.IGNORECASE)
_ENGLISH_VOWELS = re.compile("[aeiouy]+", re.IGNORECASE)
_SILENT = re.compile(r"(?<=[^aeiouyl])e(?:s|d)?\Z", re.IGNORECASE)


class Readability(NamedTuple):
    """
    The index of a text, the words of its average sentence, and the percent of long words (0 for English).

    English: Flesch's reading ease, from 100 (easy) to 0 (R. Flesch, "A new readability yardstick", Journal of
    Applied Psychology 32, 1948). Russian: ours, words a sentence and percent of words of five or more syllables
    together; a letter to a customer has about 10, a statute 50 and more.
    """

    score: float
    words: float
    long_words: int


def of(sentences: Sequence[str], locale: str) -> Readability | None:
    """The index of some sentences; None where they are too few, or the language has none."""
    words = [word for sentence in sentences for word in guess.WORD.findall(sentence)]
    if locale not in ("en", "ru") or len(words) < LEAST_WORDS or len(sentences) < LEAST_SENTENCES:
        return None
    average = len(words) / len(sentences)
    if locale == "en":
        syllables = sum(map(english_syllables, words)) / len(words)
        return Readability(206.835 - 1.015 * average - 84.6 * syllables, average, 0)
    long = sum(len(_RUSSIAN_VOWELS.findall(word)) >= LONG_WORD for word in words)
    return Readability(average + 100 * long / len(words), average, round(100 * long / len(words)))


def english_syllables(word: str) -> int:
    """The syllables of an English word, roughly: groups of vowels, a silent e at its end left out."""
    return max(1, len(_ENGLISH_VOWELS.findall(_SILENT.sub("", word))))
