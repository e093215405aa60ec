"""``lint.toml``, profiles, rules by id, silencing: what the owner wishes of the lint is what happens."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mailsetup.cli.options import Out
from mailsetup.kit.lint import judge, wishes
from mailsetup.kit.lint.catalogue import rules
from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.finding import Severity
from mailsetup.model.lint import Wishes
from mailsetup.run.kit_lint import Choice, lint_command
from tests.kit.lint_world import firm, read

LETTER = "Subject: Information\n\nDear customer,\n\nsee https://fern.example/returns.\nWhere is it?!\n"
PICTURE = "<p>Hello Anna, your teapot is here.</p><img src='https://fern.example/a.png' width='9' height='9'>"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, to work in, with one letter."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letter.txt").write_text(LETTER, "utf-8")
    return tmp_path


def lint(
    capsys: pytest.CaptureFixture[str], *paths: str, **given: Any
) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit code, and by file the verdicts by rule."""
    code = lint_command(paths, "", Out(format="json", lang="en"), **given)
    found = json.loads(capsys.readouterr().out)
    return code, {r["domain"]: {v["check"]: v for v in r["verdicts"]} for r in found["reports"]}


def test_a_rule_weighs_what_the_file_says(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A severity by id or family; ``off`` leaves a rule out and names the file that did."""
    (place / "lint.toml").write_text('[rules]\nSUB = "off"\nETI-06 = "info"\nSUB-02 = "error"\n', "utf-8")
    code, found = lint(capsys, "letter.txt")
    verdicts = found["letter.txt"]

    assert 1 == code
    assert "error" == verdicts["SUB-02"]["findings"][0]["severity"]
    assert ["info"] == [f["severity"] for f in verdicts["ETI-06"]["findings"]]
    assert "not_applicable" == verdicts["SUB-07"]["status"]
    assert "lint.toml" in verdicts["SUB-07"]["reason"]


def test_thresholds_are_those_of_the_file(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A number has the name it has in the manual, and the sentence says the one that holds."""
    (place / "lint.toml").write_text("[limits]\nSUB-02 = { short = 5 }\nTXT-01 = { columns = 20 }\n", "utf-8")
    _, found = lint(capsys, "letter.txt")

    assert "pass" == found["letter.txt"]["SUB-02"]["status"]
    assert "20 fit everywhere" in found["letter.txt"]["TXT-01"]["findings"][0]["message"]


def test_a_reason_leaves_a_rule_out_and_is_told(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``[ignore]`` has a reason for each rule; one without is refused, by line."""
    (place / "lint.toml").write_text('[ignore]\nETI-06 = "the customer\'s own words"\n', "utf-8")
    _, found = lint(capsys, "letter.txt")
    (place / "lint.toml").write_text('[ignore]\nETI-06 = ""\n', "utf-8")

    assert "the customer's own words" in found["letter.txt"]["ETI-06"]["reason"]
    with pytest.raises(InputError, match=r"lint\.toml, line 2: \[ignore\] ETI-06 needs a reason"):
        lint(capsys, "letter.txt")


def test_files_have_wishes_of_their_own(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``[[files]]`` is for paths, below the folder of ``lint.toml``, and for templates by id; the last one holds."""
    (place / "news" / "old").mkdir(parents=True)
    (place / "news" / "old" / "letter.txt").write_text(LETTER, "utf-8")
    (place / "lint.toml").write_text(
        '[[files]]\npath = "news/**"\nclass = "M"\nrules = { ETI-06 = "off" }\n'
        '[[files]]\ntemplate = ["order.*"]\nrules = { SUB-07 = "off" }\n'
        '[[files]]\npath = "old/"\nrules = { TXT-02 = "off" }\n',
        "utf-8",
    )
    (place / "order.shipped.en.txt").write_text(LETTER, "utf-8")
    _, found = lint(capsys, "letter.txt", "news", "order.shipped.en.txt")
    off = {
        path: {id for id in ("ETI-06", "SUB-07", "TXT-02") if v[id]["status"] != "fail"}
        for path, v in found.items()
    }

    assert {
        "letter.txt": set(),
        "news/old/letter.txt": {"ETI-06", "TXT-02"},
        "order.shipped.en.txt": {"SUB-07"},
    } == off
    assert "fail" == found["news/old/letter.txt"]["CON-01"]["status"]


def test_a_profile_is_a_class_with_its_numbers(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``--profile`` takes the place of the file's own; ``strict`` fails on warnings."""
    (place / "lint.toml").write_text('profile = "signature"\nfail-on = "never"\n', "utf-8")
    never, signature = lint(capsys, "letter.txt")
    (place / "lint.toml").write_text('profile = "signature"\n', "utf-8")
    _, marketing = lint(capsys, "letter.txt", choice=Choice(profiles=("marketing",)))
    (place / "good.txt").write_text(
        "Subject: Your teapot\n\nHello Anna,\n\nit is here.\n\nBest wishes,\nBoris\n", "utf-8"
    )
    codes = [
        lint(capsys, "good.txt", choice=Choice(profiles=p))[0] for p in (("reply",), ("reply", "strict"))
    ]

    assert 0 == never
    assert "it is a signature, not a letter" == signature["letter.txt"]["SUB-01"]["reason"]
    assert "fail" == marketing["letter.txt"]["CON-01"]["status"]
    assert [0, 1] == codes


@pytest.mark.parametrize("name", wishes.profile_names())
def test_the_profiles_of_the_design_are_there(name: str) -> None:
    """Each changes something."""
    assert wishes.profile(name).wishes != Wishes() or wishes.profile(name).fail_on


def test_the_profiles_have_the_names_of_the_design() -> None:
    assert {"reply", "transactional", "marketing", "signature", "strict"} == set(wishes.profile_names())


def test_rules_are_chosen_on_the_command_line(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``--select`` asks only some, ``--ignore`` leaves some out; a slip is refused with what was meant."""
    _, some = lint(capsys, "letter.txt", choice=Choice(select=("SUB,ETI-06",), ignore=("SUB-07",)))
    told = {id for id, v in some["letter.txt"].items() if v["status"] in ("pass", "fail")}

    assert told <= {id for id in some["letter.txt"] if id.startswith("SUB")} | {"ETI-06"}
    assert "SUB-07" not in told
    with pytest.raises(UsageError, match="ETI-06"):
        lint(capsys, "letter.txt", choice=Choice(select=("ETI_06",)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[rule]\nSUB-02 = "off"\n', "lint.toml, line 1: rule is not a known key; did you mean rules"),
        ('[rules]\nSUB-99 = "off"\n', "lint.toml, line 2: [rules] SUB-99 is no rule; did you mean"),
        ('[rules]\nSUB-02 = "loud"\n', 'line 2: [rules] SUB-02 is "loud"; write one of error, warning, info, off'),
        ("[limits]\nSUB-02 = { shrt = 1 }\n", "[limits.SUB-02] shrt is not a known key; did you mean short"),
        ("[limits]\nSUB-02 = { short = true }\n", "[limits.SUB-02] short must be a number, such as short = 15"),
        ("[limits]\nSUB-01 = { short = 1 }\n", "line 2: [limits] SUB-01 has no numbers to change"),
        ('profile = "strikt"\n', 'lint.toml, line 1: profile is "strikt"; did you mean strict'),
        ('[[files]]\nrules = { SUB-02 = "off" }\n', "[files] needs path"),
        ('class = "X"\n', "write one of T, R, A, M, S"),
        ('fail-on = "loud"\n', "write one of error, warning, info, never"),
        ("[rules\n", "the file is TOML"),
    ],
)  # fmt: skip
def test_a_slip_in_the_file_is_told_with_its_line(text: str, said: str) -> None:
    """What is wrong, where, and what was meant."""
    with pytest.raises(InputError) as refusal:
        wishes.parse(text)

    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("*.txt", "a/b.txt", True),
        ("a/*.txt", "a/b.txt", True),
        ("a/*.txt", "a/c/b.txt", False),
        ("a/**", "a/c/b.txt", True),
        ("a/**/b.txt", "a/b.txt", True),
        ("a", "a/b.txt", True),
        ("./a/", "a/b.txt", True),
        ("b", "a/bc.txt", False),
        ("a?.txt", "ab.txt", True),
        ("[a].txt", "a.txt", False),
        ("[a].txt", "[a].txt", True),
        ("a/**/c/*.txt", "a/c/x/c/b.txt", True),
        ("**/" * 60 + "b", "/".join("a" * 60), False),
        ("*a" * 90 + "b", "a" * 200, False),
    ],
)
def test_a_pattern_fits_paths(pattern: str, path: str, fits: bool) -> None:
    assert fits == wishes.pattern(pattern).fits(path)


def test_profiles_are_read_before_any_rule_is(place: Path) -> None:
    """In a process of its own, where nothing else has read the rules."""
    command = [sys.executable, "-m", "mailsetup", "kit", "lint", "letter.txt", "--profile", "reply", "-q"]
    done = subprocess.run(command, cwd=place, capture_output=True, timeout=60)

    assert (1, b"") == (done.returncode, done.stderr)


SCHEMA: dict[str, Any] = json.loads(files("mailsetup").joinpath("schemas/lint.json").read_text("utf-8"))
MANUAL = Path(__file__).parents[2] / "docs" / "kit-lint.md"


def test_the_schema_knows_the_keys_of_the_reader() -> None:
    """``mailsetup schema lint``: neither knows one that the other does not."""
    assert set(wishes.TOP) == set(SCHEMA["properties"])
    assert set(wishes.FILE_KEYS) == set(SCHEMA["properties"]["files"]["items"]["properties"])


def test_the_example_of_the_manual_is_read_and_fits_the_schema() -> None:
    """So do the profiles that come along."""
    text = MANUAL.read_text("utf-8").partition("```toml\n")[2].partition("```")[0]
    folder = files("mailsetup.kit.lint").joinpath("profiles")
    for each in (text, *(f.read_text("utf-8") for f in folder.iterdir() if f.name.endswith(".toml"))):
        wishes.parse(each)
        jsonschema.Draft202012Validator(SCHEMA).validate(tomllib.loads(each))

    assert "[[files]]" in text


@pytest.mark.parametrize(
    "text", ['[rules]\nSUB-02 = "loud"\n', '[ignore]\nSUB-02 = ""\n', "[rulez]\n", '[[files]]\nclass = "M"\n']
)
def test_what_the_reader_refuses_the_schema_does(text: str) -> None:
    assert list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(tomllib.loads(text)))
    with pytest.raises(InputError):
        wishes.parse(text)


def test_a_page_names_the_numbers_and_the_day_of_a_fact() -> None:
    """``--explain``: what can be changed, and of which month what is known of mail programs is."""
    from mailsetup.run.lint_pages import explained

    assert "short = 15, phone = 40, long = 60" in explained("SUB-02")
    assert "caniemail: html-body (webmail drops the body) (2026-06)" in explained("HTM-07")


def test_rules_are_explained_by_the_command_for_checks_too() -> None:
    """``message`` shows them side by side, so ``mailsetup explain SUB-02`` knows them."""
    from mailsetup.run.explain import explain
    from mailsetup.run.lint_pages import explained

    assert explained("SUB-02").rstrip("\n") == explain("SUB-02", everything=False, form="")
    with pytest.raises(UsageError, match="there is no rule SUB-99; did you mean"):
        explain("SUB-99", everything=False, form="")


def test_an_empty_file_is_said_to_be_empty() -> None:
    assert "not judged: it is empty" in [str(n) for n in judge.judge(read("\n", "a.txt")).report.notes]


def test_every_number_of_a_rule_is_of_a_rule_there_is() -> None:
    from mailsetup.kit.lint.rule import LIMITS

    assert {id for id, _ in LIMITS} <= {rule.id for rule in rules()}


def test_a_comment_may_name_several_rules_with_one_reason() -> None:
    """All of them are left out, each with the reason."""
    html = f"<!-- lint: off IMG-01, TXT-01 img-02: the shop's system writes it so -->{PICTURE}"

    assert {id: "the shop's system writes it so" for id in ("IMG-01", "TXT-01", "IMG-02")} == judge.silenced(
        read(html, "a.html")
    )


def test_words_of_the_letter_turn_nothing_off() -> None:
    """Only a comment does."""
    assert {} == judge.silenced(read(f"<p>lint: off IMG-01 because</p>{PICTURE}", "a.html"))


def test_a_brand_gives_reasons_too(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``[lint.ignore]`` leaves a rule out with its reason; a list leaves it out, and that it says no why is told."""
    from tests.kit.lint_world import TOML

    (place / "brand.toml").write_text(TOML + '\n[lint.ignore]\nETI-06 = "our way"\nETI-6 = "x"\n', "utf-8")
    _, found = lint(capsys, ".")
    (place / "brand.toml").write_text(TOML + '\n[lint]\nignore = ["ETI-06"]\n', "utf-8")
    _, listed = lint(capsys, ".")
    line = TOML.count("\n") + 3

    assert "left out: our way" == found["letter.txt"]["ETI-06"]["reason"]
    assert [f"brand.toml:{line + 1}"] == [f["owner"] for f in found["brand.toml"]["LNT-02"]["findings"]]
    assert "not_applicable" == listed["letter.txt"]["ETI-06"]["status"]
    assert [f"brand.toml:{line}"] == [f["owner"] for f in listed["brand.toml"]["LNT-01"]["findings"]]


def test_rules_for_programs_nobody_uses_are_not_asked() -> None:
    """``[lint] clients`` of the brand says which mail programs matter."""
    from dataclasses import replace

    page = '<p style="display:flex">Hello Anna</p>'
    brand = firm()
    without = replace(brand, lint=replace(brand.lint, clients=("gmail",)))
    status = [
        next(
            v for v in judge.judge(read(page, "a.html", brand=one)).report.verdicts if v.check == "CSS-01"
        ).status.value
        for one in (brand, without)
    ]

    assert ["fail", "not_applicable"] == status


def test_a_guess_is_said() -> None:
    """The class is the template's, the flag's, or a guess, which the report names."""
    told = [
        "class" in " ".join(map(str, judge.judge(read(LETTER, "a.txt", **given)).report.notes))
        for given in ({}, {"kind": "R"}, {"purpose": "support.ack"})
    ]

    assert [True, False, False] == told


def test_severities_of_wishes_hold_for_graver_cases_too() -> None:
    found = read(
        "Subject: " + "word " * 20 + "\n\nHello\n", wishes=Wishes(severities={"SUB-02": Severity.INFO})
    )
    verdict = next(v for v in judge.judge(found).report.verdicts if v.check == "SUB-02")

    assert {Severity.INFO} == {f.severity for f in verdict.findings}
