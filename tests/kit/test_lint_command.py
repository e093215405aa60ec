"""``kit lint`` as users start it: forms, exit codes, mending, languages."""

from __future__ import annotations

import json
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsetup.run.kit_lint import LintSettings, lint_bytes
from tests.cli.command import mailsetup
from tests.kit.lint_world import read, verdicts

BAD = "Subject: Information\n\nDear customer,\n\nsee https://fern.example/returns.\nWhere is it?!\n"
GOOD = (
    "Subject: Order 1042 is on its way\n\nHello Anna,\n\nyour order 1042 left us today.\n\n"
    "Best wishes,\nBoris\nFern & Co support\n"
)


def lint(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command, run in a folder."""
    return subprocess.CompletedProcess(words, *mailsetup("kit", "lint", *words, folder=folder))


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """A folder with one letter that is bad and one that is good."""
    (tmp_path / "bad.txt").write_text(BAD, "utf-8", newline="\n")
    (tmp_path / "good.txt").write_text(GOOD, "utf-8", newline="\n")
    return tmp_path


def test_a_bad_letter_fails_and_a_good_one_does_not(letters: Path) -> None:
    """Exit codes are those of the audit: 1 for findings, 0 for none, 2 for what is not there."""
    codes = [lint(letters, name).returncode for name in ("bad.txt", "good.txt", "none.txt")]

    assert [1, 0, 2] == codes


def test_several_files_end_in_what_they_come_to(letters: Path) -> None:
    """The last file's own line would be read as that of all; one file says it once; other forms are as they were."""
    both, one, table = (lint(letters, *w).stdout for w in ((".",), ("bad.txt",), (".", "--format", "csv")))
    last = both.splitlines()[-1]

    assert re.fullmatch(
        r"in all 2 files: [1-9]\d* errors? · \d+ warnings? · \d+ notes?; [01] without a finding", last
    )
    assert "in all" not in one
    assert "in all" not in table


def test_findings_point_at_file_and_line(letters: Path) -> None:
    """JSON, SARIF, JUnit and GitHub name the line the flaw is on."""
    found = json.loads(lint(letters, "bad.txt", "--format", "json").stdout)
    owners = {
        f["owner"] for v in found["reports"][0]["verdicts"] if v["check"] == "TXT-02" for f in v["findings"]
    }
    log = json.loads(lint(letters, "bad.txt", "--format", "sarif").stdout)
    places = {
        r["locations"][0]["physicalLocation"]["region"]["startLine"]
        for r in log["runs"][0]["results"]
        if r["ruleId"] == "TXT-02"
    }
    notes = lint(letters, "bad.txt", "--format", "github").stdout
    suites = ElementTree.fromstring(lint(letters, "bad.txt", "--format", "junit").stdout)

    assert {"bad.txt:5"} == owners
    assert {5} == places
    assert "::error file=bad.txt,line=6,title=ETI-06" in notes
    assert ["bad.txt"] == [suite.get("name") for suite in suites]


def test_write_mends_and_leaves_the_rest(letters: Path) -> None:
    """``--fix`` shows a diff and changes nothing; ``--write`` changes the file, and a second time nothing."""
    shown = lint(letters, "bad.txt", "--fix")
    before = (letters / "bad.txt").read_text("utf-8")
    lint(letters, "bad.txt", "--write")
    after = (letters / "bad.txt").read_text("utf-8")
    lint(letters, "bad.txt", "--write")

    assert "+see https://fern.example/returns .\n" in shown.stdout
    assert BAD == before
    assert BAD.replace("returns.", "returns .").replace("?!", "?") == after
    assert after == (letters / "bad.txt").read_text("utf-8")


def test_fix_and_write_show_and_mend(letters: Path) -> None:
    """Together they show the diff of what was mended; the report is that of the mended file."""
    both = lint(letters, "bad.txt", "--fix", "--write")

    assert "+see https://fern.example/returns .\n" in both.stdout
    assert BAD.replace("returns.", "returns .").replace("?!", "?") == (letters / "bad.txt").read_text("utf-8")


@pytest.mark.parametrize("form", ["json", "jsonl", "markdown", "csv", "sarif", "junit", "github"])
def test_a_diff_stands_beside_results_in_another_form(letters: Path, form: str) -> None:
    """``--fix`` is never ignored: the diff goes to stderr, or to stdout where the results go to a file."""
    shown = lint(letters, "bad.txt", "--fix", "--format", form)
    filed = lint(letters, "bad.txt", "--fix", "--format", form, "--output", "out")
    line = "+see https://fern.example/returns .\n"

    assert (line in shown.stdout, line in shown.stderr) == (False, True)
    assert line in filed.stdout
    assert line not in (letters / "out").read_text("utf-8")


def test_after_writing_only_what_is_left_is_told(letters: Path) -> None:
    """What ``--write`` mended is no finding any more: the report and the exit code are those of the file as it is."""
    written = lint(letters, "bad.txt", "--write")
    again = lint(letters, "bad.txt")

    assert "rules that fired were mended; the others need you" in written.stdout
    assert again.returncode == written.returncode
    assert again.stdout.strip().splitlines()[-1] == written.stdout.strip().splitlines()[-1]
    assert [x for x in again.stdout.splitlines() if "bad.txt:" in x] == [
        x for x in written.stdout.splitlines() if "bad.txt:" in x
    ]


def test_sentences_are_in_the_language_asked_for(letters: Path) -> None:
    """``--lang ru`` speaks Russian, ``--explain`` too."""
    assert "ни к кому" in lint(letters, "bad.txt", "--lang", "ru").stdout
    assert "несколько знаков подряд" in lint(letters, "--explain", "ETI-06", "--lang", "ru").stdout


def test_a_rule_is_silenced_only_with_a_reason() -> None:
    """A comment without a reason turns nothing off."""
    letter = "<p>Hello Anna, press here</p><img src='https://fern.example/a.png' width='9' height='9'>"
    silenced = [
        verdicts(read(f"<!-- lint: off IMG-01{reason} -->{letter}", "a.html"))["IMG-01"].status.value
        for reason in (" because it is a test", "")
    ]

    assert ["not_applicable", "fail"] == silenced


def test_what_cannot_be_judged_says_so() -> None:
    """Without a brand and for a language without dictionary the rules about them do not pass."""
    found = verdicts(read("Bonjour Anna, nous avons votre colis.", locale="fr"))

    assert {"not_applicable"} == {found[id].status.value for id in ("CSS-09", "HDR-13", "ETI-08")}
    assert "not judged" in str(found["ETI-08"].reason)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.html", "a.txt", "a.eml", "a.mailsignature", "a"]))
def test_no_file_makes_a_rule_crash(data: bytes, name: str) -> None:
    """Whatever the octets, every rule has a verdict."""
    report = lint_bytes(name, data, LintSettings()).report

    assert [] == [v.check for v in report.verdicts if v.status.value == "crashed"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "see",
                "https://fern.example/a_b?c=d",
                "www.fern.example/x",
                ".",
                "),",
                "word",
                "\n",
                "Анна",
                "!!",
            ]
        ),
        max_size=40,
    )
)
def test_mending_never_breaks_an_address_and_is_done_at_once(words: list[str]) -> None:
    """Addresses stay whole; mending what was mended changes nothing."""
    text = " ".join(words)
    once = lint_bytes("a.txt", text.encode(), LintSettings(mend=True)).mended
    twice = lint_bytes("a.txt", once.encode(), LintSettings(mend=True)).mended

    assert once == twice
    assert text.count("https://fern.example/a_b?c=d") == once.count("https://fern.example/a_b?c=d")
