"""A file's ending says what is to be in it: our form for it, or a refusal; never another form under that name."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from .command import mailsetup, refused, zone

MOVE = ("plan", "example.com", "--provider", "google-workspace")


def world(folder: Path) -> tuple[str | Path, ...]:
    """A good zone, asked alone."""
    return ("--offline", "--zone", zone(folder))


@pytest.mark.parametrize(
    "command",
    [
        ("audit", "example.com", "-o", "report.pdf"),
        ("audit", "example.com", "-o", "REPORT.PDF"),
        ("audit", "example.com", "-o", "report.xlsx"),
        ("audit", "example.com", "-o", "new.zone"),
        ("detect", "example.com", "-o", "who.html"),
        ("spf", "tree", "example.com", "-o", "tree.svg"),
        ("dkim", "check", "example.com", "-o", "keys.docx"),
        ("verify", "example.com", "--provider", "google-workspace", "-o", "check.html"),
        (*MOVE, "-o", "plan.html"),
        (*MOVE, "-o", "plan.pdf"),
    ],
)
def test_an_ending_of_a_form_that_is_not_written_is_refused(tmp_path: Path, command: tuple[str, ...]) -> None:
    """
    The sentence names the ending and the forms there are; nothing is written.
    """
    result = mailsetup(*command, *world(tmp_path), folder=tmp_path)

    sentence = refused(result)
    assert Path(command[-1]).suffix in sentence
    assert "json" in sentence
    assert "--format" in sentence
    assert not (tmp_path / command[-1]).exists()


@pytest.mark.parametrize(
    "command",
    [
        ("doctor", "-o", "doctor.md"),
        ("providers", "-o", "providers.csv"),
        ("explain", "mx/missing", "-o", "page.html"),
        ("kit", "lint", "letter.txt", "-o", "lint.html"),
        ("kit", "preview", "-o", "kit.pdf"),
        ("snapshot", "example.com", "--offline", "-o", "answers.zone"),
    ],
)
def test_commands_without_a_zone_refuse_it_too(tmp_path: Path, command: tuple[str, ...]) -> None:
    """
    Whatever is written, and however many forms there are.
    """
    (tmp_path / "letter.txt").write_text("Subject: Hello\n\nGood day.\n", encoding="utf-8")

    assert Path(command[-1]).suffix in refused(mailsetup(*command, folder=tmp_path))
    assert not (tmp_path / command[-1]).exists()


def test_a_form_that_was_named_is_written_under_any_name(tmp_path: Path) -> None:
    """
    ``--format`` is the user's word.
    """
    result = mailsetup(
        "audit", "example.com", *world(tmp_path), "--format", "html", "-o", "x.pdf", folder=tmp_path
    )

    assert "<html" in (tmp_path / "x.pdf").read_text(encoding="utf-8"), result.err


@pytest.mark.parametrize("name", ["report", "report.txt", "audit-shop.example", "report.2026-11", "a.log"])
def test_an_ending_that_names_no_form_holds_text(tmp_path: Path, name: str) -> None:
    """
    A domain's name at the end of a file's name is no ending.
    """
    mailsetup("audit", "example.com", *world(tmp_path), "-o", name, folder=tmp_path)

    assert (tmp_path / name).read_text(encoding="utf-8").startswith("example.com   grade")


def test_other_usual_endings_of_our_forms_are_followed(tmp_path: Path) -> None:
    """
    SARIF in ``.sarif.json``, JUnit in ``.xml``, HTML in ``.htm``, JSON lines in ``.ndjson``; in capitals too.
    """
    for name in ("r.sarif.json", "r.xml", "r.HTM", "r.ndjson", "R.JSON"):
        mailsetup("audit", "example.com", *world(tmp_path), "-o", name, folder=tmp_path)

    text = {p.name: p.read_text(encoding="utf-8") for p in tmp_path.iterdir()}
    assert json.loads(text["r.sarif.json"])["version"] == "2.1.0"
    assert ElementTree.fromstring(text["r.xml"]).tag == "testsuites"
    assert "<html" in text["r.HTM"]
    assert json.loads(text["r.ndjson"])["domain"] == "example.com"
    assert json.loads(text["R.JSON"])["reports"]


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("new.zone", ";"),
        ("new.yaml", "#"),
        ("dns.js", "//"),
        ("plan.csv", "phase,"),
        ("plan.txt", "Plan for"),
    ],
)
def test_a_plan_follows_the_ending_to_its_form(tmp_path: Path, name: str, beginning: str) -> None:
    """
    A zone file is one, and is not the saved plan under its name.
    """
    result = mailsetup(*MOVE, *world(tmp_path), "-o", name, folder=tmp_path)

    assert result.code == 0, result.err
    assert (tmp_path / name).read_text(encoding="utf-8").lower().startswith(beginning.lower())
    assert "--output plan.json" in result.err


def test_a_plan_for_terraform_takes_its_target(tmp_path: Path) -> None:
    """
    ``-o main.tf`` is terraform, so ``--target`` goes with it.
    """
    done = mailsetup(*MOVE, *world(tmp_path), "-o", "main.tf", "--target", "google", folder=tmp_path)

    assert "google_dns_record_set" in (tmp_path / "main.tf").read_text(encoding="utf-8"), done.err


@pytest.mark.parametrize("name", ["plan.json", "spring", "plan.saved"])
def test_a_plan_is_saved_in_json_and_under_any_other_name(tmp_path: Path, name: str) -> None:
    """
    As terraform's, it may be called as one likes.
    """
    result = mailsetup(*MOVE, *world(tmp_path), "-o", name, folder=tmp_path)

    assert "saved" in result.err
    assert json.loads((tmp_path / name).read_text(encoding="utf-8"))["schema"] == "mailsetup/plan/1"
