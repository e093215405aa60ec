"""Texts and pages are read as they were saved; mending keeps encoding, mark and line ends, or leaves the file alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailsetup.kit.lint import document, encoding
from tests.kit.test_lint_command import lint

TEXT = "Здравствуйте, Анна!\n\nправила: https://fern.example/returns.\nГде он?!\n\nС уважением,\nБорис\nПоддержка\n"
MENDED = TEXT.replace("returns.", "returns .").replace("?!", "?")
HEAD = '<!DOCTYPE html>\n<html lang="ru"><head>{}<title>Заказ</title></head>\n<body>\n'
PAGE = HEAD + "<p>Здравствуйте, Анна!!</p>\n<p>Где он?!</p></body></html>\n"
OLD = '<meta http-equiv="Content-Type" content="text/html; charset={}">'
CODES = [
    ("windows-1251", b""),
    ("utf-8", b""),
    ("utf-8", b"\xef\xbb\xbf"),
    ("utf-16-le", b"\xff\xfe"),
    ("utf-16-be", b"\xfe\xff"),
]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize(("charset", "mark"), CODES)
def test_a_mended_text_keeps_its_encoding(tmp_path: Path, charset: str, mark: bytes, ends: str) -> None:
    """Encoding, byte order mark and line ends; the words are judged as Russian ones."""
    letter = tmp_path / "letter.txt"
    letter.write_bytes(mark + TEXT.replace("\n", ends).encode(charset))
    done = lint(tmp_path, "letter.txt", "--write")

    assert MENDED.replace("\n", ends) == letter.read_bytes()[len(mark) :].decode(charset)
    assert letter.read_bytes().startswith(mark)
    assert "mended: letter.txt" in done.stderr
    assert "ETI-01" not in done.stdout


@pytest.mark.parametrize("charset", ["windows-1251", "koi8-r", "utf-8"])
def test_a_mended_page_is_in_the_encoding_it_says(tmp_path: Path, charset: str) -> None:
    """What it says stays, and is true."""
    page = tmp_path / "letter.html"
    page.write_bytes(PAGE.format(OLD.format(charset)).encode(charset))
    lint(tmp_path, "letter.html", "--write")
    made = page.read_bytes()

    assert "Здравствуйте, Анна!</p>" in made.decode(charset)
    assert f"charset={charset}".encode() in made
    assert b"utf-8" not in made.lower() or charset == "utf-8"


def test_a_page_that_says_no_encoding_is_told_the_one_it_is_in(tmp_path: Path) -> None:
    """A charset is missing, and the one that is put there is true."""
    page = tmp_path / "letter.html"
    page.write_bytes(PAGE.format("").encode("windows-1251"))
    lint(tmp_path, "letter.html", "--write")
    made = page.read_bytes()

    assert b'<meta charset="windows-1251">' in made
    assert "Здравствуйте, Анна!</p>" in made.decode("windows-1251")


@pytest.mark.parametrize("name", ["letter.txt", "letter.html"])
@pytest.mark.parametrize(
    "data",
    [b"caf\xe9 is open?!\n", b"\xff\xfe\x00", b"\x81\x8d\x8f?!\n", "Grüße, Änne?!\n".encode("latin-1")],
)
def test_what_is_in_no_known_encoding_is_left_alone(tmp_path: Path, name: str, data: bytes) -> None:
    """One sentence says why, and no octet changes."""
    letter = tmp_path / name
    letter.write_bytes(data)
    done = lint(tmp_path, name, "--write")

    assert data == letter.read_bytes()
    assert "not mended: it is not UTF-8" in " ".join(done.stdout.split())
    assert "" == done.stderr
    assert done.returncode in (0, 1)


def test_a_mend_that_the_encoding_cannot_hold_is_not_made(tmp_path: Path) -> None:
    """KOI8-R has no «»; the file stays, and the others of the run are mended."""
    page = PAGE.replace("Анна!!", 'Анна! Ваш "заказ" здесь.').format(OLD.format("koi8-r")).encode("koi8-r")
    (tmp_path / "a.html").write_bytes(page)
    (tmp_path / "b.txt").write_text(TEXT, "utf-8", newline="\n")
    done = lint(tmp_path, "a.html", "b.txt", "--write")

    assert page == (tmp_path / "a.html").read_bytes()
    assert "not mended: a.html: its encoding lacks a character" in done.stderr
    assert MENDED == (tmp_path / "b.txt").read_text("utf-8")


@pytest.mark.parametrize("form", ["json", "sarif", "junit", "markdown", "csv", "github"])
def test_octets_of_no_encoding_reach_every_form(tmp_path: Path, form: str) -> None:
    """What a report quotes of them can be written."""
    (tmp_path / "a.txt").write_bytes(
        b"Subject: caf\xe9 CAF\xc9 NOW!!\n\nDear customer, \xe9\xe8 http://fern.example/\xe9\n"
    )

    assert 1 == lint(tmp_path, "a.txt", "--format", form).returncode


def test_a_declared_encoding_that_does_not_hold_is_not_believed() -> None:
    """A page of UTF-8 that says windows-1251 is UTF-8; one that says what does not exist is guessed."""
    words = "<p>Где он?</p>"
    found = [
        encoding.read((OLD.format(says) + words).encode(code), page=True).charset
        for says, code in (("windows-1251", "utf-8"), ("x-none", "windows-1251"), ("idna", "windows-1251"))
    ]

    assert ["utf-8", "windows-1251", "windows-1251"] == found
    assert "windows-1251" == document.read("a.txt", words.encode("cp1251")).charset
