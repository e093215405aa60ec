"""Offline, what no file holds is never absent: a domain nobody wrote down is a mistyped one, other names are let pass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .command import GOOD_ZONE, mailsetup, refused, zone

WORLD = ("--offline", "--zone", "example.com.zone")


@pytest.mark.parametrize(
    "command",
    [
        "audit example.org",
        "detect example.org",
        "plan example.org --provider google-workspace",
        "verify example.org --provider google-workspace",
        "snapshot example.org --output kept.json",
        "spf tree example.org",
        "spf flatten example.org",
        "spf check example.org --ip 192.0.2.1",
        "dkim check example.org --selector s1",
    ],
)
def test_a_domain_that_no_file_holds_is_a_typing_mistake(command: str, tmp_path: Path) -> None:
    """
    Every command says so and exits with 2: a pipeline must not pass because of it.
    """
    zone(tmp_path)
    result = mailsetup(*command.split(), *WORLD, folder=tmp_path)

    assert 2 == result.code, result
    assert 1 == result.err.count("no file given holds example.org")
    assert not (tmp_path / "kept.json").exists()


def test_the_others_of_a_list_are_told(tmp_path: Path) -> None:
    zone(tmp_path)
    result = mailsetup("detect", "example.org", "example.com", *WORLD, folder=tmp_path)

    assert 2 == result.code
    assert "example.com\n  Mail hosts that no profile knows" in result.out
    assert "example.org" not in result.out


@pytest.mark.parametrize(("said", "code"), [(None, 0), ("timeout", 3)])
def test_a_name_outside_the_files_leaves_nothing_open_by_itself(
    said: str | None, code: int, tmp_path: Path
) -> None:
    """
    What nobody was asked for is told as not known and let pass; what was asked in vain is open.
    """
    zone(tmp_path)
    kept = tmp_path / "kept.json"
    mailsetup("detect", "example.com", *WORLD, "--record", "kept.json", folder=tmp_path)
    document = json.loads(kept.read_text(encoding="utf-8"))
    ns = next(a for a in document["answers"] if a["rdtype"] == "NS")
    document["answers"].remove(ns)
    if said:
        document["answers"].append({"name": ns["name"], "rdtype": "NS", "outcome": said})
    kept.write_text(json.dumps(document), encoding="utf-8")
    again = mailsetup("detect", "example.com", "--offline", "--from", "kept.json", folder=tmp_path)

    assert "not known: example.com NS" in again.out
    assert code == again.code


def test_a_zone_whose_records_all_lie_elsewhere_is_refused(tmp_path: Path) -> None:
    """
    A wrong origin: as an empty zone it would pass as clean.
    """
    (tmp_path / "a.txt").write_text(
        "example.com. 300 TXT x\nwww.example.com. 300 A 192.0.2.1\n", encoding="utf-8"
    )
    told = refused(
        mailsetup("audit", "example.org", "--offline", "--zone", "example.org=a.txt", folder=tmp_path)
    )

    assert "example.com" in told
    assert "a.txt" in told


def test_no_file_name_is_no_folder(tmp_path: Path) -> None:
    """
    What a pipeline leaves empty must not become the working folder.
    """
    zone(tmp_path)

    assert "--zone" in refused(mailsetup("audit", "example.com", "--offline", "--zone", "", folder=tmp_path))


@pytest.mark.parametrize("text", ["", "; nothing\n", "$ORIGIN example.com.\n$TTL 300\n"])
def test_a_zone_file_without_a_record_is_refused(tmp_path: Path, text: str) -> None:
    """
    No name server would load it, and as a zone that has nothing it would pass as clean.
    """
    said = refused(mailsetup("audit", "example.com", "--offline", "--zone", zone(tmp_path, text)))

    assert "example.com.zone holds no record" in said


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("example.com.zone", "www 300 A 192.0.2.1\n"),
        ("example.com.yaml", "www: {type: A, value: 192.0.2.1}\n"),
        ("example.com.yaml", "---\n{}\n"),
    ],
)
def test_a_piece_of_a_zone_without_mail_is_refused(tmp_path: Path, name: str, text: str) -> None:
    """
    Neither a record of the domain nor a name with an underscore: nothing is known of its mail. With a recording below, it
    is judged.
    """
    piece = zone(tmp_path, text, name)
    said = refused(mailsetup("audit", "example.com", "--offline", "--zone", piece))

    assert "says nothing about mail" in said
    whole = zone(tmp_path, GOOD_ZONE, "whole.zone")
    mailsetup("snapshot", "example.com", "--offline", "--zone", whole, "-o", "kept.json", folder=tmp_path)
    both = ("--zone", piece, "--from", "kept.json")
    assert (
        "nothing about mail" not in mailsetup("audit", "example.com", "--offline", *both, folder=tmp_path).err
    )


def test_a_sub_domains_records_alone_are_enough(tmp_path: Path) -> None:
    """
    A file may hold no more than the sub-domain that is asked about.
    """
    piece = zone(tmp_path, 'news 300 TXT "v=spf1 ip4:192.0.2.1 -all"\n')
    result = mailsetup("spf", "check", "news.example.com", "--ip", "192.0.2.1", "--offline", "--zone", piece)

    assert 0 == result.code
    assert result.out.startswith("pass")


def test_a_piece_of_a_zone_is_judged_by_what_it_holds(tmp_path: Path) -> None:
    """
    A file with nothing but the DMARC record is a change somebody wants judged.
    """
    piece = '_dmarc 300 TXT "v=DMARC1; p=nonsense"\n'
    result = mailsetup("audit", "example.com", "--offline", "--zone", zone(tmp_path, piece))

    assert 2 != result.code
    assert "dmarc/" in result.out
