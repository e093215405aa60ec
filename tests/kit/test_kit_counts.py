"""Numbers of the kit: counted words as the language has them, dates that wrap whole, and the time a pack takes."""

from __future__ import annotations

import re
import time

import pytest

from mailsetup.kit import plain_text, templates
from mailsetup.kit.lint import document, judge

from .letter_worlds import CATALOGUE, LAVISH, LOCALES, letter

SLOWEST_PACK, SLOWEST_LINT = 10.0, 0.05  # seconds of the processor; of a file


@pytest.mark.parametrize(
    ("hours", "said"), [(1, "1 часа"), (2, "2 часов"), (5, "5 часов"), (11, "11 часов"), (21, "21 часа"), (24, "24 часов")]
)  # fmt: skip
def test_letters_count_in_russian(hours: int, said: str) -> None:
    """
    One, few and many, as CLDR tells them apart.
    """
    from dataclasses import replace

    brand = replace(LAVISH, promise=replace(LAVISH.promise, answer_hours=hours))
    text = plain_text.write(letter("feedback.rating", "ru", "friendly", brand))

    assert f"в течение {said}." in " ".join(text.split())


@pytest.mark.parametrize("voice", ["formal", "friendly", "plain"])
@pytest.mark.parametrize("locale", ["en", "ru"])
def test_letters_promise_only_what_the_firm_said(locale: str, voice: str) -> None:
    """
    Without [promise] no letter says by when the firm answers, but for the one whose text asks for the hours.
    """
    from dataclasses import replace

    silent, said = (replace(LAVISH, promise=replace(LAVISH.promise, answer_hours=hours)) for hours in (0, 24))
    hours = re.compile(r"(?:within|в\s+течение)\s+\d+\s+(?:hours?|час)")
    changed = []
    for template in CATALOGUE.templates.values():
        if "hours" in template.variables:
            continue
        texts = [plain_text.write(letter(template.id, locale, voice, brand)) for brand in (silent, said)]
        assert hours.search(texts[0]) is None, texts[0]
        changed += [template.id] if texts[0] != texts[1] else []

    assert 7 <= len(changed), changed


@pytest.mark.parametrize(("days", "said"), [(1, "1 день"), (2, "2 дня"), (5, "5 дней"), (21, "21 день")])
def test_own_letters_count_in_russian(days: int, said: str) -> None:
    """
    A template of one's own has the same filter.
    """
    files = {
        "ours.test/template.toml": '[variables]\nn = "int"\n',
        "ours.test/ru.txt": "+++\nsubject = \"Срок\"\n+++\nЖдать {{ n | count('день', 'дня', 'дней') }}\n",
    }
    found = templates.with_own(CATALOGUE, files, "own")
    values = {"n": days, "customer": {"name": "Анна"}}
    made = templates.compose(
        found.get("ours.test"), LAVISH, found, locale="ru", voice="friendly", values=values
    )

    assert f"Ждать {said}" in plain_text.write(made).replace("\u00a0", " ")


def test_a_date_is_not_broken_by_its_blanks() -> None:
    """
    Blanks that do not break hold a number and its word together wherever the line ends, within seventy columns.
    """
    for length in range(1, 70):
        words = "а" * length + " 28\u00a0февраля\u00a02027\u00a0года и ещё"
        text = [
            line.text
            for line in plain_text.of_blocks([letter("feedback.thanks").blocks[0]._replace(rows=((words,),))])
        ]

        assert [] == [line for line in text if plain_text.width(line) > 70]
        assert any("28 февраля 2027 года" in line for line in text)


def test_a_pack_is_made_and_judged_in_no_time() -> None:
    """
    All letters in two languages within ten seconds of one processor, each judged within a twentieth.
    """
    began = time.process_time()
    made = dict(templates.letters(LAVISH, (), LOCALES, ("friendly",)))
    pack = time.process_time() - began
    drafts = {
        path: data for path, data in made.items() if path.startswith("letters/") and path.endswith(".eml")
    }
    judge.judge(document.read("a.eml", next(iter(drafts.values())), brand=LAVISH))  # the rules are read once
    began = time.process_time()
    for path, data in drafts.items():
        judge.judge(document.read(path, data, brand=LAVISH))
    each = (time.process_time() - began) / len(drafts)

    assert pack < SLOWEST_PACK
    assert each < SLOWEST_LINT
