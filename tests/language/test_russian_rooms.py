"""Letters, the kit, blocklists and kept reasons in Russian: what is found is the same, only the sentences change."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailsetup.model import retold
from mailsetup.model.errors import MailsetupError
from mailsetup.model.language import speak
from mailsetup.model.message import say
from mailsetup.model.reader_faults import reader_fault
from mailsetup.model.retold import as_message, kept
from mailsetup.run.language import catalogue
from tests.cli.command import mailsetup, zone

from .english import left_in

CYRILLIC = re.compile("[а-яё]")
LETTER = """\
Received: from mx.list.example (mx.list.example [198.51.100.7]) by mx.receiver.example with ESMTP;
 Sat, 21 Nov 2026 10:00:00 +0000
From: "boss@bank.example" <news@example.com>
To: x@receiver.example
Subject: Sale today
Subject: Sale tomorrow
List-Unsubscribe: <mailto:u@example.com>
Date: Sat, 21 Nov 2026 10:00:00 +0000
Message-ID: 1
DKIM-Signature: v=1; a=rsa-sha1; d=example.com; s=s1; h=From; bh=abc=; b=abc=
DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s1; h=To; bh=abc=; b=abc=
ARC-Seal: i=1; a=rsa-sha256; cv=pass; d=example.com; s=s1; b=abc=
MIME-Version: 1.0
Content-Type: text/html

<html><a href="http://192.0.2.1/">http://bank.example</a></html>
"""


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    yield
    speak(None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("rooms")
    zone(made)
    (made / "a.eml").write_text(LETTER, encoding="utf-8")
    return made


def russian(*arguments: str, folder: Path) -> str:
    """What a command says in Russian; no English sentence is in it."""
    done = mailsetup(*arguments, "--lang", "ru", folder=folder)
    text = done.out + done.err

    assert "Traceback" not in text
    assert CYRILLIC.search(text), text
    assert [] == left_in(" ".join(text.split()))
    return done.out


def judged(folder: Path, *more: str) -> tuple[str, ...]:
    return (
        "message",
        "a.eml",
        "--offline",
        "--zone",
        "example.com.zone",
        "--trust",
        "mx.receiver.example",
        *more,
    )


@pytest.mark.parametrize("form", ["terminal", "markdown", "html", "json"])
def test_a_letter_is_judged_in_russian(folder: Path, form: str) -> None:
    russian(*judged(folder, "--format", form, "--verbose"), folder=folder)


def test_the_verdict_on_a_letter_is_the_same_in_every_language(folder: Path) -> None:
    def bare(language: str) -> Any:
        shown = json.loads(
            mailsetup(*judged(folder, "--format", "json"), "--lang", language, folder=folder).out
        )
        return [
            [
                *(one[proof]["result"] for proof in ("dkim", "spf", "dmarc", "arc")),
                *((v["check"], v["status"], v["severity"], len(v["findings"])) for v in one["verdicts"]),
            ]
            for one in shown["messages"]
        ]

    assert bare("en") == bare("ru")


def test_every_page_about_letters_is_russian() -> None:
    from mailsetup.run.message import page_text, pages

    ids = [page.id for page in pages()]
    speak(catalogue("ru"))

    assert {} == {i: found for i in ids if (found := left_in(page_text(i).partition("Источник")[0]))}


def test_the_kit_speaks_russian(tmp_path: Path) -> None:
    """
    From the first file to the lint; a number chooses its word.
    """
    russian("kit", "init", ".", "--domain", "fern.example", "--name", "Fern", folder=tmp_path)
    said = russian("kit", "build", folder=tmp_path)
    colors = (tmp_path / "kit" / "colors.html").read_text(encoding="utf-8")
    limits = next((tmp_path / "kit").rglob("LIMITS.txt")).read_text(encoding="utf-8")

    assert "подписи для 1 человека" in said
    assert '<html lang="ru">' in colors
    assert [] == left_in(re.sub("<[^>]*>", " ", colors.partition("</style>")[2])) == left_in(limits)


BRANDS = (
    ("name = 3", "[brand]"),
    ('name = "Fern"', "[brand]"),
    ('name = "Fern"\ndomain = "fern"', "[brand]"),
    ('name = "Fern"\ndomain = "fern.example"\n[colors]\nprimary = "notacolour"', "[brand]"),
    ('name = "Fern"\ndomain = "fern.example"\nnaem = 1\n', "[brand]"),
    ('name = "Fern"\ndomain = "fern.example"\n[promise]\ndays = ["someday"]\n', "[brand]"),
    ('name = "\u202eFern"\ndomain = "fern.example"', "[brand]"),
)


@pytest.mark.parametrize("text, table", BRANDS)
def test_a_brand_file_is_refused_in_russian(text: str, table: str) -> None:
    from mailsetup.kit import brand

    speak(catalogue("ru"))
    with pytest.raises(MailsetupError) as refused:
        brand.parse(f"schema = 1\n{table}\n{text}\n", "brand.toml")

    assert CYRILLIC.search(str(refused.value)), str(refused.value)
    assert [] == left_in(str(refused.value))


def test_blocklists_answer_in_russian(folder: Path) -> None:
    for form in ("terminal", "markdown", "json"):
        asked = ("blocklists", "127.0.0.2", "--offline", "--zone", "example.com.zone", "--format", form)
        russian(*asked, folder=folder)


REASONS = (
    kept(retold.NO_ANSWER, seconds="5", tries=3),
    kept(retold.SILENT, server="192.0.2.1", seconds="15"),
    kept(retold.NO_TLS, server="192.0.2.1", fault="Connection refused"),
    kept(retold.NO_SIGNATURE, what="example.com. MX"),
    kept(retold.OPEN_QUESTIONS, grade="B", n=5),
    "SERVFAIL, signature expired: more words; network error",
    "CNAME loop",
    "timeout",
    "an error nobody here knows {of} (5)",
    "05 is no number to count with",
    "",
)


@pytest.mark.parametrize("reason", REASONS)
def test_a_kept_reason_is_the_same_in_english(reason: str) -> None:
    """
    Whatever was kept is read back word for word; unknown words are shown as they are.
    """
    assert reason == str(as_message(reason)) == as_message(reason).english()


def test_a_kept_reason_is_said_in_the_readers_language() -> None:
    speak(catalogue("ru"))

    assert "нет ответа за 5 с, попыток: 3" == retold.retold(REASONS[0])
    assert "не отправлен: 192.0.2.1 молчит уже 15 с" == retold.retold(REASONS[1])
    assert "нет соединения TLS с 192.0.2.1: в соединении отказано" == retold.retold(REASONS[2])
    assert "B, без ответа 5 вопросов" == retold.retold(REASONS[4])
    assert "SERVFAIL, подпись просрочена: more words; сбой сети" == retold.retold(REASONS[5])
    assert "an error nobody here knows {of} (5)" == retold.retold(REASONS[8])


def test_every_template_of_a_reason_is_found_again() -> None:
    """
    A reason made of any template is recognised as made of it, and not of another.
    """
    lost = [t for t in retold.TEMPLATES if as_message(re.sub(r"\{(\w+)\}", r"\1", t)).template != t]

    assert [] == lost


def test_a_sentence_within_a_sentence_loses_its_full_stop() -> None:
    inner = say("Settings, Domains.")

    assert "find it in Settings, Domains, for example x" == str(
        say("find it in {where:part}, for example x", where=inner)
    )


@pytest.mark.parametrize(
    "read, text",
    [(json.loads, "{"), (json.loads, "[1,"), (json.loads, '{"a" 1}'), (json.loads, "1 2")]
    + [
        (tomllib.loads, t)
        for t in ("a", "a = ", "= 1", "a = [1", 'a = "x', "a = 1 b = 2", "[a", "a = 1\na = 2")
    ],
)
def test_a_reader_says_its_fault_in_russian_and_in_english_word_for_word(read: Any, text: str) -> None:
    with pytest.raises(ValueError) as fault:
        read(text)
    english = reader_fault(fault.value)
    speak(catalogue("ru"))
    russian_words = reader_fault(fault.value)

    assert str(fault.value) == english
    assert CYRILLIC.search(russian_words) and [] == left_in(russian_words), russian_words
    assert (
        re.findall(r"\d+", russian_words)
        == re.findall(r"\d+", english)[: len(re.findall(r"\d+", russian_words))]
    )
