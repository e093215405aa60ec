"""Templates under the lint: judged by the letters they make, pointed at and mended where they are written, never harmed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mailsetup.cli.options import Out
from mailsetup.kit import templates
from mailsetup.run.kit_lint import lint_command
from mailsetup.run.lint_inputs import Input, What
from mailsetup.run.lint_setup import basis
from mailsetup.run.lint_templates import reports
from tests.kit.lint_world import TOML

TABLE = 'class = "R"\n\n[variables]\nday = "date"\n'
TEXT = """+++
subject = "Our opening hours!!"
preheader = "When we are there, and when we are not, in the last week of December."

[sample]
day = 2026-12-24
+++
On {{ day | date }} we are open until noon.

formal: Where is it?!

friendly: You failed to answer us.
This line is the third of its paragraph!!

@button https://fern.example/hours Click here
"""
STRAY = "Subject: Your teapot is ready to collect\n\nHello Anna,\n\nyour teapot is here.\n\nBest wishes,\nBoris\nFern & Co\n"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a template of one's own, in a folder to work in."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "templates" / "ours.hours"
    folder.mkdir(parents=True)
    (folder / "template.toml").write_text(TABLE, "utf-8")
    (folder / "en.txt").write_text(TEXT, "utf-8")
    return folder


def lint(capsys: pytest.CaptureFixture[str], *paths: str, **given: Any) -> tuple[int, dict[str, Any]]:
    """The exit code, and by file what was found: rule, line and sentence."""
    code = lint_command(paths, "", Out(format="json", lang="en"), **given)
    reports = json.loads(capsys.readouterr().out)["reports"]
    return code, {
        r["domain"]: {
            (v["check"], int(f["owner"].rpartition(":")[2])): f["message"]
            for v in r["verdicts"]
            for f in v["findings"]
        }
        for r in reports
    }


def test_findings_are_at_the_lines_of_the_template(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the subject, of both voices, of a line inside a paragraph and of a button."""
    code, found = lint(capsys, "templates/ours.hours/en.txt")
    told = set(found["templates/ours.hours/en.txt"])

    assert 1 == code
    assert {("SUB-05", 2), ("ETI-06", 10), ("ETI-10", 12), ("ETI-06", 13), ("CTA-03", 15)} <= told
    assert not {rule for rule, _ in told} & {"TXT-01", "ETI-19", "ETI-08", "ETI-01", "ETI-03"}


MENDED = TEXT.replace("hours!!", "hours").replace("it?!", "it?").replace("paragraph!!", "paragraph.")


def test_a_template_is_mended_in_its_own_words(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``--fix`` shows it, ``--write`` does it and tells what is left, a second time nothing changes."""
    (own / "en.txt").write_bytes(TEXT.replace("\n", "\r\n").encode())
    lint_command(("templates",), "", Out(lang="en"), fix=True)
    shown = capsys.readouterr().out
    before = (own / "en.txt").read_bytes()
    _, left = lint(capsys, "templates", write=True)
    once = (own / "en.txt").read_bytes()
    lint(capsys, "templates", write=True)

    assert "+formal: Where is it?\n" in shown
    assert TEXT.replace("\n", "\r\n").encode() == before
    assert MENDED.replace("\n", "\r\n").encode() == once == (own / "en.txt").read_bytes()
    assert not {rule for rule, _ in left["templates/ours.hours/en.txt"]} & {"SUB-05", "ETI-06"}


@pytest.mark.parametrize(
    "text",
    [
        b'+++\r\nsubject = "\xd0\x90!!\r\n+++\r\nhttps://fern.example/a.\r\n',
        b'+++\nsubject = "A"\n+++\nHello!! {{ nobody }}\n',
        b'+++\nsubject = "A"\n+++\nNow {{ day }}!! Now {{ day }}!!\n',
        b'+++\nsubject = "A"\nx!!\n',
        b"+++\n",
    ],
)
def test_what_cannot_be_mended_rightly_is_left(
    own: Path, capsys: pytest.CaptureFixture[str], text: bytes
) -> None:
    """A template that makes no letter, or whose words stand in an expression or twice: its octets stay."""
    (own / "en.txt").write_bytes(text)
    lint(capsys, "templates", write=True)

    assert text == (own / "en.txt").read_bytes()


@pytest.mark.parametrize("id", ["order.shipped", "support.complaint"])
@pytest.mark.parametrize("locale", ["en", "ru"])
def test_mending_keeps_expressions_and_lines(
    own: Path, capsys: pytest.CaptureFixture[str], id: str, locale: str
) -> None:
    """Shipped letters with every full stop doubled into shouting: no variable, block or line is lost."""
    text = templates.package_text(f"{id}/{locale}.txt")
    head, fence, body = text.partition("+++\n")[2].partition("+++\n")
    bad = "+++\n" + head + fence + re.sub(r"(?<=[a-zа-я])\.(?=\s)", "!!", body)
    folder = own.parent / id
    folder.mkdir()
    (folder / f"{locale}.txt").write_text(bad, "utf-8")
    _, found = lint(capsys, f"templates/{id}", write=True)
    made = (folder / f"{locale}.txt").read_text("utf-8")
    marks = re.compile(r"\{\{.*?\}\}|^@.*|^[=|#>-].*?[|]|^\w+:", re.MULTILINE)

    assert marks.findall(text) == marks.findall(made)
    assert text.count("\n") == made.count("\n")
    assert made.count("!!") < bad.count("!!")
    assert "LNT-03" not in {rule for each in found.values() for rule, _ in each}


@pytest.mark.parametrize(
    ("table", "text", "line", "said"),
    [
        (TABLE, '+++\nsubject = "A"\n+++\nHello\n\n{{ nobody }}\n', 6, 'unknown variable "nobody"'),
        (TABLE, '+++\nsubject = "A"\n+++\n@for a in day\nx\n@end\n', 1, "day"),
        (
            '[variables]\nxs = "list"\n',
            '+++\nsubject = "A"\n[sample]\nxs = ' + str(["a"] * 400) + "\n+++\n@for a in xs\n@for b in xs\nx\n@end\n@end\n",
            7,
            "more than 2000 times",
        ),
        (TABLE, '+++\nsubject = "A\n+++\nHello\n', 2, ""),
        (TABLE, '+++\nsubject = "A"\nHello\n', 1, "begins with a line +++"),
        (TABLE, '+++\nsubjekt = "A"\n+++\nHello\n', 2, 'no key "subjekt"'),
        (TABLE, '+++\nsubject = "A"\n[sample]\nday = "soon"\n+++\n{{ day }}\n', 4, "day"),
        (TABLE, '+++\nsubject = "A"\n+++\n\n@bottun https://fern.example x\n', 5, '"@bottun" cannot be used so here'),
        (TABLE, '+++\nsubject = "A"\n+++\n{% for x in day %}\n', 4, ""),
    ],
)  # fmt: skip
def test_a_template_that_makes_no_letter_is_a_finding_with_its_line(
    own: Path, capsys: pytest.CaptureFixture[str], table: str, text: str, line: int, said: str
) -> None:
    """What is wrong and where; the other templates are judged all the same."""
    (own / "template.toml").write_text(table, "utf-8")
    (own / "en.txt").write_text(text, "utf-8")
    shipped = own.parent / "order.shipped"
    shipped.mkdir()
    (shipped / "en.txt").write_text('+++\nsubject = "Order {{ order.no }}"\n+++\nIt left!!\n', "utf-8")
    code, found = lint(capsys, "templates")

    assert 1 == code
    assert {("LNT-03", line)} == set(found["templates/ours.hours/en.txt"])
    assert said in found["templates/ours.hours/en.txt"]["LNT-03", line]
    assert ("ETI-06", 4) in found["templates/order.shipped/en.txt"]


def test_a_faulty_table_is_told_once_where_it_is(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both languages need it; the finding is in the table."""
    (own / "ru.txt").write_text('+++\nsubject = "Часы работы"\n+++\nМы открыты.\n', "utf-8")
    (own / "template.toml").write_text('class = "R"\ncolour = "red"\n', "utf-8")
    code, found = lint(capsys, "templates")

    assert 1 == code
    assert ["templates/ours.hours/template.toml"] == list(found)
    assert {("LNT-03", 2)} == set(found["templates/ours.hours/template.toml"])


def test_a_template_leaves_rules_out_with_a_reason(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``[lint.ignore]``; without a reason the rule holds, and that is a finding in the table."""
    (own / "template.toml").write_text(
        TABLE + '\n[lint.ignore]\nCTA-03 = "the button says it"\nETI-10 = ""\n', "utf-8"
    )
    _, found = lint(capsys, "templates")
    path = "templates/ours.hours/en.txt"
    rules = {rule for rule, _ in found[path]}

    assert "CTA-03" not in rules
    assert {"ETI-10", "LNT-01"} <= rules


def test_letters_made_of_a_template_leave_out_what_it_does(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A letter that says which template it is of is judged by that template's wishes."""
    (own.parents[1] / "brand.toml").write_text(TOML, "utf-8")
    (own / "template.toml").write_text(TABLE + '\n[lint.ignore]\nETI-06 = "their words"\n', "utf-8")
    letter = "Message-ID: <ours.hours.en.0123456789abcdef01234567@fern.example>\nSubject: x\n\nHello Anna!!\n"
    (own.parents[1] / "a.eml").write_text(letter, "utf-8")
    (own.parents[1] / "ours.hours.en.txt").write_text("Hello Anna!!\n", "utf-8")
    _, found = lint(capsys, "a.eml", "ours.hours.en.txt")

    assert "ETI-06" not in {rule for each in found.values() for rule, _ in each}


def test_a_template_is_linted_by_its_id(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Own texts where there are any, ours for the other languages; a slip names the nearest."""
    mine = own.parent / "order.shipped"
    mine.mkdir()
    (mine / "en.txt").write_text('+++\nsubject = "Order {{ order.no }} has left"\n+++\nIt left!!\n', "utf-8")
    _, found = lint(capsys, "order.shipped")
    _, hours = lint(capsys, "ours.hours")

    assert ["templates/order.shipped/en.txt", "packs/standard/order.shipped/ru.txt"] == list(found)
    assert ["templates/ours.hours/en.txt"] == list(hours)


@pytest.mark.parametrize("profile", ["", "strict", "reply", "transactional", "marketing"])
def test_shipped_templates_are_clean_in_every_profile(
    profile: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Judged with the sample brand, which has no logo on a site yet; those of the profile's own class."""
    monkeypatch.chdir(tmp_path)
    by = basis((), profiles=(profile,) if profile else ())
    kind = by.config.wishes.kind if by.config is not None else ""
    found = templates.bundled().templates
    files = [
        f"{id}/{locale}" for id, t in found.items() if t.kind == (kind or t.kind) for locale in t.locales
    ]
    made = (report for file in files for report in reports(Input(file, What.SHIPPED), by, "en"))
    told = [
        f"{f.owner} {f.check}" for r in made for v in r.verdicts for f in v.findings if f.severity != "info"
    ]

    assert [] == told
    assert files


def test_a_folder_holds_all_sorts(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Letters, templates, the brand and its people are each judged as what they are; pictures and pages are passed over."""
    root = own.parents[1]
    (root / "brand.toml").write_text(TOML, "utf-8")
    (root / "people.csv").write_text("name,email\nAnna,anna@fern.example\n", "utf-8")
    (root / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (root / "index.html").write_text("<p>x", "utf-8")
    (root / "stray.txt").write_text(STRAY, "utf-8")
    (root / ".hidden.txt").write_text("!!", "utf-8")
    _, found = lint(capsys, ".")

    assert ["brand.toml", "people.csv", "stray.txt", "templates/ours.hours/en.txt"] == list(found)
    assert {} == found["brand.toml"] == found["people.csv"]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("people.csv", "name,email\nAnna,anna@fern.example\nBoris,nonsense\n", 3),
        ("brand.toml", TOML.replace('"#0f5b8c"', '"blueish"'), 12),
        ("brand.toml", "[brand\n", 1),
    ],
)
def test_a_faulty_source_is_a_finding_of_its_folder_alone(
    own: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, line: int
) -> None:
    """A letter beside it is judged as if it were not there; the sentence is told once on stderr."""
    root = own.parents[1]
    (root / "brand.toml").write_text(TOML, "utf-8")
    (root / name).write_text(text, "utf-8")
    (root / "stray.txt").write_text(STRAY, "utf-8")
    code = lint_command(("stray.txt",), "", Out(format="json", lang="en"))
    said = capsys.readouterr()
    _, found = lint(capsys, ".")

    assert 0 == code
    assert 1 == said.err.count("mailsetup: ")
    assert "judged without the" in said.err
    assert {("LNT-03", line)} == set(found[name])
    assert {} == found["stray.txt"]


def test_what_cannot_be_read_stops_nothing(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The others are judged; the exit code says that something was not."""
    root = own.parents[1]
    (root / "stray.txt").write_text(STRAY, "utf-8")
    (root / "large.txt").write_bytes(b"a" * (30 * 1024 * 1024 + 1))
    code = lint_command(("large.txt", "stray.txt", "stray.txt"), "", Out(format="json", lang="en"))
    said = capsys.readouterr()

    assert 2 == code
    assert ["stray.txt"] == [r["domain"] for r in json.loads(said.out)["reports"]]
    assert "large.txt" in said.err


def test_a_language_that_lacks_what_another_has_is_half_a_translation(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """I18-03: the keys of the front matter that one text has and the other has not, each with the language that has it."""
    whole = TEXT.replace("[sample]", '[labels]\nday = "the day"\n\n[sample]')
    (own / "en.txt").write_text(whole, "utf-8")
    half = '+++\nsubject = "Часы работы в праздники"\n\n[sample]\nday = 2026-12-24\n+++\nМы открыты до полудня.\n'
    (own / "ru.txt").write_text(half, "utf-8")
    _, found = lint(capsys, "templates/ours.hours")
    told = {path: [m for (rule, _), m in found[path].items() if rule == "I18-03"] for path in found}
    (own / "ru.txt").write_text(
        half.replace("[sample]", 'preheader = "Когда мы на месте."\n[labels]\nday = "день"\n[sample]'),
        "utf-8",
    )
    _, after = lint(capsys, "templates/ours.hours")

    assert [] == told["templates/ours.hours/en.txt"]
    assert told["templates/ours.hours/ru.txt"]
    assert all("lacks" in m and "the text in en has" in m for m in told["templates/ours.hours/ru.txt"])
    assert not [key for key in after["templates/ours.hours/ru.txt"] if key[0] == "I18-03"]
