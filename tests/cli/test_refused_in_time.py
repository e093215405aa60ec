"""What cannot be done is refused before anything is written, with a sentence that fits the command."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .command import BAD_ZONE, mailsetup, refused, zone


def test_a_manual_in_a_form_that_is_not_there_is_refused() -> None:
    """
    ``explain --all --format pdf`` names the forms there are.
    """
    sentence = refused(mailsetup("explain", "--all", "--format", "pdf"))

    assert "terminal, md" in sentence


@pytest.mark.parametrize("command", [("dkim", "check"), ("audit",)])
@pytest.mark.parametrize("form", ["json", "csv", "sarif", "html"])
def test_a_zone_that_cannot_be_read_leaves_stdout_empty(
    tmp_path: Path, command: tuple[str, ...], form: str
) -> None:
    """
    No half document stands on stdout when the source cannot be opened.
    """
    bad = zone(tmp_path, "@ IN NONSENSE (((\n")

    result = mailsetup(*command, "example.com", "--offline", "--zone", bad, "--format", form)

    assert refused(result)
    assert result.out == ""


def test_a_baseline_that_is_there_is_refused_before_the_run(tmp_path: Path) -> None:
    """
    Nothing is printed by a run that could not write its baseline.
    """
    there = tmp_path / "base.json"
    there.write_text("{}", encoding="utf-8")
    command = ("audit", "example.com", "--offline", "--zone", zone(tmp_path), "--write-baseline", there)

    result = mailsetup(*command)

    assert "--force" in refused(result)
    assert result.out == ""
    assert mailsetup(*command, "--force").code in (0, 1, 2, 3)
    assert there.read_text(encoding="utf-8") != "{}"


@pytest.mark.parametrize(
    "command",
    [
        "audit example.com",
        "dkim check example.com",
        "spf tree example.com",
        "detect example.com",
        "plan example.com --provider google-workspace",
        "verify example.com --provider google-workspace",
        "blocklists 192.0.2.1",
        "message letter.eml",
    ],
)
def test_a_recording_that_is_there_is_refused_before_the_run(command: str, tmp_path: Path) -> None:
    """
    Nothing is printed by a run that could not write what it records, and ``--force`` writes it.
    """
    zone(tmp_path)
    (tmp_path / "letter.eml").write_text("From: info@example.com\n\nhello\n", encoding="utf-8")
    there = tmp_path / "rec.json"
    there.write_text("mine", encoding="utf-8")
    words = (*command.split(), "--offline", "--zone", "example.com.zone", "--record", "rec.json")
    result = mailsetup(*words, folder=tmp_path)

    assert "rec.json is there already; --force overwrites it" in refused(result)
    assert result.out == ""
    assert there.read_text(encoding="utf-8") == "mine"
    assert mailsetup(*words, "--force", folder=tmp_path).out
    assert there.read_text(encoding="utf-8") != "mine"


def test_a_recording_in_a_folder_is_refused_by_its_name(tmp_path: Path) -> None:
    """
    Where each domain has a file of its own, the one that is there is named before anything is asked.
    """
    there = tmp_path / "recs" / "example.net.json"
    there.parent.mkdir()
    there.write_text("mine", encoding="utf-8")
    both = ("audit", "example.com", "example.net", "--offline", "--zone", zone(tmp_path))
    result = mailsetup(*both, "--record", there.parent)

    assert "example.net.json" in refused(result)
    assert result.out == ""
    assert [there] == list(there.parent.iterdir())


def test_a_place_for_a_recording_that_takes_none_is_refused_before_the_run(tmp_path: Path) -> None:
    """
    The sentence names the option by which the place was chosen.
    """
    world = ("example.com", "--offline", "--zone", zone(tmp_path))
    result = mailsetup("audit", *world, "--record", tmp_path / "no" / "rec.json")

    assert "choose another place with --record" in refused(result)
    assert result.out == ""
    assert "--output" in refused(mailsetup("snapshot", *world, "-o", tmp_path / "no" / "rec.json"))


def test_a_folder_written_anew_keeps_no_page_of_the_run_before(tmp_path: Path) -> None:
    """
    ``--force`` removes the pages this tool wrote for other domains, and nothing else.
    """
    both = (
        zone(tmp_path, BAD_ZONE),
        zone(tmp_path, BAD_ZONE.replace("example.com", "example.net"), "example.net.zone"),
    )
    command = (
        "--offline",
        "--zone",
        both[0],
        "--zone",
        both[1],
        "--format",
        "html",
        "-o",
        f"{tmp_path / 'rep'}{os.sep}",
    )
    mailsetup("audit", "example.com", "example.net", *command)
    mine = tmp_path / "rep" / "notes.html"
    mine.write_text("<p>mine</p>", encoding="utf-8")

    result = mailsetup("audit", "example.com", *command, "--force")

    assert "written" in result.err
    assert sorted(p.name for p in (tmp_path / "rep").iterdir()) == [
        "example.com.html",
        "index.html",
        "notes.html",
    ]


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (("init", "example.com", "--provider", "google-workspace", "--folder", "nodir"), "--folder"),
        (("dkim", "new", "example.com", "--selector", "s1", "--folder", "nodir"), "--folder"),
    ],
)
def test_what_cannot_be_written_names_the_option_of_the_command(
    tmp_path: Path, command: tuple[str, ...], option: str
) -> None:
    """
    A sentence does not advise an option that the command has not.
    """
    sentence = refused(mailsetup(*command, folder=tmp_path))

    assert option in sentence
    assert "--output" not in sentence


def test_a_kit_that_cannot_be_written_names_no_option_it_has_not(tmp_path: Path) -> None:
    """
    ``kit init`` takes its folder as an argument.
    """
    (tmp_path / "file").write_text("", encoding="utf-8")

    sentence = refused(mailsetup("kit", "init", "file/kit", folder=tmp_path))

    assert "--output" not in sentence


def test_bits_beside_a_key_that_has_no_choice_of_length_are_refused(tmp_path: Path) -> None:
    """
    An Ed25519 key has one length.
    """
    result = mailsetup(
        "dkim",
        "new",
        "example.com",
        "--selector",
        "s1",
        "--type",
        "ed25519",
        "--bits",
        "1024",
        folder=tmp_path,
    )

    assert "--bits" in refused(result)
    assert list(tmp_path.iterdir()) == []


def test_a_public_suffix_is_no_part_of_the_example() -> None:
    """
    ``com`` is not completed to ``com.com``.
    """
    sentence = refused(mailsetup("audit", "com", "--offline"))

    assert "com.com" not in sentence
    assert "example.com" in sentence


def test_a_rule_that_is_not_there_gets_the_nearest(tmp_path: Path) -> None:
    """
    The sentence holds what a user can look up on the spot.
    """
    assert "SUB-02" in refused(mailsetup("kit", "lint", "--explain", "SUB02"))
    assert "docs/" not in refused(mailsetup("kit", "lint", "--explain", "nope"))
