"""Bad input to ``kit build``: one sentence with file and line, nothing half written, earlier output untouched."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from mailsetup.model.errors import InputError
from mailsetup.run.kit_build import build_kit

from .firms import DAY, png

BRAND = """schema = 1
[brand]
name = "Fern & Co"
domain = "fern.example"
[logo]
file = "logo.png"
[colors]
primary = "#0f5b8c"
[locales]
available = ["en", "ru"]
"""
PEOPLE = "id,name,email\nanna,Anna Fern,anna@fern.example\n"
OWN = '+++\nsubject = "Open until noon today"\n+++\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A brand with a logo, a person, a letter of its own, and a kit that was built from them."""
    (tmp_path / "brand.toml").write_text(BRAND, encoding="utf-8")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "logo.png").write_bytes(png())
    letter = tmp_path / "templates" / "ours.hours"
    letter.mkdir(parents=True)
    (letter / "template.toml").write_text('[variables]\nday = "date?"\n', encoding="utf-8")
    (letter / "en.txt").write_text(OWN + "Until noon.\n", encoding="utf-8")
    build_kit(tmp_path / "brand.toml", None, tmp_path / "kit", only="signatures", day=DAY)
    return tmp_path


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file below a folder, hidden ones too, with what is in it."""
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.rglob("*")
        if p.is_file()
    }


def huge_png() -> bytes:
    """Fifty megapixels in a few octets."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 10_000, 5_000, 8, 6, 0, 0, 0))
    rows = zlib.compress(b"\0" * (10_000 * 4 + 1) * 5_000, 9)
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def svg(inside: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">{inside}</svg>'.encode()


def brand(old: str, new: str) -> Callable[[Path], None]:
    def change(home: Path) -> None:
        assert old in BRAND
        (home / "brand.toml").write_text(BRAND.replace(old, new), encoding="utf-8")

    return change


def people(data: str | bytes) -> Callable[[Path], None]:
    return lambda home: (
        (home / "people.csv").write_bytes(data.encode() if isinstance(data, str) else data) and None
    )


def row(text: str) -> Callable[[Path], None]:
    return people(f"id,name,email\n{text}")


def logo(data: bytes, name: str = "logo.png") -> Callable[[Path], None]:
    def change(home: Path) -> None:
        (home / name).write_bytes(data)
        (home / "brand.toml").write_text(BRAND.replace("logo.png", name), encoding="utf-8")

    return change


def letter(text: str) -> Callable[[Path], None]:
    return lambda home: (
        (home / "templates" / "ours.hours" / "en.txt").write_text(text, encoding="utf-8") and None
    )


ENDLESS = "{% for a in range(99999999) %}{% for b in range(99999999) %}x{% endfor %}{% endfor %}\n"
CASES = {
    "a brand with a line end in its name": (
        brand("Fern & Co", "Fern\\r\\nBcc: x@evil.example"),
        r"brand\.toml, line 3: .*name",
    ),
    "a brand that turns the reading direction": (
        brand("Fern & Co", "Fern\u202egnp.exe"),
        r"brand\.toml, line 3: .*U\+202E",
    ),
    "a brand that is not TOML": (brand('name = "Fern & Co"', "name = Fern"), r"brand\.toml.*line 3"),
    "an unknown key": (brand("name =", "nmae ="), r"brand\.toml, line 3: .*nmae.*name"),
    "a logo outside the folder": (brand("logo.png", "../logo.png"), r"brand\.toml, line 6: .*file"),
    "a logo that is not there": (brand("logo.png", "gone.png"), r"brand\.toml.*gone\.png"),
    "a broken logo": (logo(b"\x89PNG\r\n\x1a\n" + b"\0" * 99), r"logo\.png"),
    "a logo that is no picture": (logo(b"MZ" + b"\0" * 99), r"logo\.png.*PNG"),
    "a logo cut short": (logo(png()[:-30]), r"logo\.png"),
    "fifty megapixels": (logo(huge_png()), r"logo\.png.*(?:pixels|megapixel)"),
    "an SVG with a script": (logo(svg("<script>alert(1)</script>"), "logo.svg"), r"logo\.svg.*script"),
    "an SVG that acts": (logo(svg('<rect onload="alert(1)"/>'), "logo.svg"), r"logo\.svg.*onload"),
    "an SVG that fetches": (
        logo(svg('<image href="https://evil.example/x.png"/>'), "logo.svg"),
        r"logo\.svg",
    ),
    "an SVG with entities": (
        logo(b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + svg("<text>&a;</text>"), "logo.svg"),
        r"logo\.svg",
    ),
    "a table without the columns": (
        people("imya,pochta\nAnna,a@fern.example\n"),
        r"people\.csv, line 1: .*name",
    ),
    "an unknown column": (
        people("id,name,emial\nanna,Anna,a@fern.example\n"),
        r"people\.csv, line 1: .*emial.*email",
    ),
    "two people with one id": (
        people(PEOPLE + "anna,Anna Smith,s@fern.example\n"),
        r'people\.csv, line 3: .*"?anna"?',
    ),
    "an id with path parts": (row("../../etc,Anna,a@fern.example\n"), r"people\.csv, line 2.*id"),
    "a name with a line end": (
        row('anna,"Anna\r\nBcc: x@y.example",a@fern.example\n'),
        r"people\.csv, line 3.*name",
    ),
    "a name that turns the reading direction": (
        row("anna,Anna\u202e,a@fern.example\n"),
        r"people\.csv, line 2.*U\+202E",
    ),
    "an address that is none": (row("anna,Anna,anna at fern\n"), r"people\.csv, line 2.*email"),
    "a row with too many cells": (row("anna,Anna,a@fern.example,x,y\n"), r"people\.csv, line 2"),
    "a table in cp1251": (
        people("id,name,email\nanna,Анна Лес,a@fern.example\n".encode("cp1251")),
        r"people\.csv, line 2: .*cp1251.*UTF-8",
    ),
    "a table of zeros": (people(b"\0" * 200), r"people\.csv"),
    "a table in UTF-16": (people(PEOPLE.encode("utf-16")[:-1]), r"people\.csv"),
    "an unknown variable": (letter(OWN + "Until {{ noon }}.\n"), r"en\.txt:4: .*noon"),
    "an unknown filter": (letter(OWN + "Until {{ day | explode }}.\n"), r"en\.txt:4: .*explode"),
    "an endless loop": (letter(OWN + ENDLESS), r"en\.txt:4"),
    "a reach into Python": (letter(OWN + "{{ ''.__class__.__mro__ }}\n"), r"en\.txt:4"),
    "a loop left open": (letter(OWN + "Until\n{% for a in b %}\n"), r"en\.txt:\d"),
    "an unknown block": (letter(OWN + "@buton primary https://fern.example/\nGo\n"), r"en\.txt:4: .*buton"),
    "a letter with no head": (letter("Until noon.\n"), r"en\.txt:1"),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_one_sentence_and_earlier_output_stays(home: Path, name: str) -> None:
    """
    File, line and what to write; the kit of before is as it was, and nothing lies beside it.
    """
    change, said = CASES[name]
    before = fingerprint(home / "kit")
    change(home)
    with pytest.raises(InputError, match=said) as fault:
        build_kit(home / "brand.toml", None, home / "kit", force=True, day=DAY)

    assert before == fingerprint(home / "kit")
    assert [] == [p.name for p in home.iterdir() if p.name.endswith((".part", ".old"))]
    assert "\n" not in str(fault.value) and "Traceback" not in str(fault.value)
    assert str(fault.value).isprintable(), str(fault.value)


HOSTILE = {
    "HTML": "<script>alert(1)</script>",
    "an attribute": '"><img src=x onerror=alert(1)>',
    "Jinja": "{{ 7*7 }}{% for x in y %}",
    "a formula": "=cmd|' /C calc'!A0",
    "a PowerShell quote": "O'Neil$(calc)`",
    "path parts": "../../etc/passwd",
    "RTF": r"{\rtf1\field{\*\fldinst CALC}}",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_names_and_titles_stay_words(home: Path, kind: str) -> None:
    """
    What somebody is called is quoted in every form: nothing of it runs, and no file is named by it.
    """
    import csv

    text = HOSTILE[kind]
    out = io.StringIO()
    csv.writer(out).writerows([["id", "name", "role", "email"], ["anna", text, text, "anna@fern.example"]])
    (home / "people.csv").write_text(out.getvalue(), encoding="utf-8")
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    (home / "brand.toml").write_text(BRAND.replace("Fern & Co", quoted), encoding="utf-8")
    build_kit(
        home / "brand.toml", None, home / "kit", only="signatures", all_layouts=True, force=True, day=DAY
    )
    files = {p: p.read_bytes() for p in (home / "kit").rglob("*") if p.is_file()}
    pages = b"\n".join(data for p, data in files.items() if p.suffix in (".html", ".htm", ".mailsignature"))

    assert not any("passwd" in str(p) for p in files)
    assert b"<script>alert" not in pages and b"<img src=x" not in pages
    if kind == "a formula":
        tables = b"\n".join(data for p, data in files.items() if p.suffix in (".tsv", ".csv"))
        assert b"\t=cmd" not in tables and b"\n=cmd" not in tables and b",=cmd" not in tables
    if kind == "RTF":
        assert not any(b"{\\*\\fldinst CALC" in data for p, data in files.items() if p.suffix == ".rtf")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_tables_as_spreadsheets_save_them_are_read(home: Path, encoding: str) -> None:
    """
    With a byte order mark, or in UTF-16: names are whole.
    """
    (home / "people.csv").write_bytes("id;name;email\nanna;Анна Лес;anna@fern.example\n".encode(encoding))
    build_kit(home / "brand.toml", None, home / "kit", only="signatures", force=True, day=DAY)

    assert "Анна Лес" in (home / "kit/signatures/people/anna/ru/bar.html").read_text(encoding="utf-8")


def test_an_interruption_leaves_the_earlier_kit(home: Path) -> None:
    """
    Ctrl-C in the middle: exit code 130 or 2, the kit of before, nothing beside it.
    """
    import signal
    import time

    rows = "".join(f"p{n},Person {n},p{n}@fern.example\n" for n in range(400))
    (home / "people.csv").write_text("id,name,email\n" + rows, encoding="utf-8")
    before = fingerprint(home / "kit")
    command = [
        sys.executable,
        "-m",
        "mailsetup",
        "kit",
        "build",
        "--force",
        "--all-layouts",
        "--only",
        "signatures",
    ]
    process = subprocess.Popen(command, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    for _ in range(600):
        if any(p.name.endswith(".part") and any(p.iterdir()) for p in home.iterdir()):
            break
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)

    assert 0 != process.returncode
    assert b"Traceback" not in said
    assert before == fingerprint(home / "kit")
    assert [] == [p.name for p in home.iterdir() if p.name.endswith((".part", ".old"))]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes in folders")
def test_what_cannot_be_carried_over_is_named_and_nothing_is_touched(home: Path) -> None:
    """
    A build of one part keeps the others; an entry among them that cannot be copied ends it in a sentence.
    """
    brand, kit = home / "brand.toml", home / "kit"
    pipe = kit / "letters" / "pipe"
    pipe.parent.mkdir()
    os.mkfifo(pipe)
    before = fingerprint(kit)

    with pytest.raises(InputError) as refused:
        build_kit(brand, None, kit, only="signatures", force=True, day=DAY)

    assert f"cannot carry {pipe} over" in str(refused.value)
    assert before == fingerprint(kit)
    assert ["kit"] == [p.name for p in home.iterdir() if p.name.startswith((".kit", "kit"))]
