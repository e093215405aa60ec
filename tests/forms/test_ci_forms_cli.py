"""The forms of pipelines from the command line: lines of the user's own zone file, exit codes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.command import BAD_ZONE, GOOD_ZONE, mailsetup, zone


def audit(folder: Path, form: str, text: str = BAD_ZONE, *more: str, **environment: str) -> tuple[int, str]:
    zone(folder, text)
    told = mailsetup(
        "audit",
        "example.com",
        "--offline",
        "--zone",
        "example.com.zone",
        "--format",
        form,
        *more,
        folder=folder,
        **environment,
    )
    return told.code, told.out


def test_sarif_points_at_the_line_of_the_zone_file(tmp_path: Path) -> None:
    """
    The finding on an SPF record stands at that record's line, in a path relative to the working folder.
    """
    code, out = audit(tmp_path, "sarif")
    results = json.loads(out)["runs"][0]["results"]
    spf = next(r for r in results if r["ruleId"] == "spf/plus-all")
    line = next(i for i, text in enumerate(BAD_ZONE.splitlines(), 1) if "v=spf1" in text)

    assert 1 == code
    assert (line, "example.com.zone") == (
        spf["locations"][0]["physicalLocation"]["region"]["startLine"],
        spf["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
    )


def test_a_place_is_named_as_the_repository_names_it(tmp_path: Path) -> None:
    """
    A step that works in a folder of the checkout: GitHub looks for the file from the root of the repository.
    """
    folder = tmp_path / "repository" / "dns"
    folder.mkdir(parents=True)
    zone(folder, BAD_ZONE)
    command = ("audit", "example.com", "--offline", "--zone", "example.com.zone", "--format", "github")
    inside = mailsetup(*command, folder=folder, GITHUB_WORKSPACE=str(tmp_path / "repository"))
    elsewhere = mailsetup(*command, folder=folder, GITHUB_WORKSPACE=str(tmp_path / "another"))

    assert "file=dns/example.com.zone,line=" in inside.out
    assert "file=example.com.zone,line=" in elsewhere.out


def test_what_is_missing_is_shown_beside_what_stands_above_it(tmp_path: Path) -> None:
    """
    A missing record has no line of its own; the annotation stands at the zone's SOA.
    """
    _, out = audit(tmp_path, "github", GOOD_ZONE.partition("s1._domainkey")[0])
    line = next(line for line in out.splitlines() if "title=dkim/none-published" in line)

    assert line.startswith("::warning file=example.com.zone,line=3,")


def test_the_same_zone_gives_the_same_bytes(tmp_path: Path) -> None:
    """
    Two runs on the same files are told apart by nothing.
    """
    for form in ("sarif", "junit", "github"):
        first, again = (audit(tmp_path, form, PYTHONHASHSEED=seed) for seed in "12")
        # The time of the answers is that of the file, which the second run wrote again.
        if form == "github":
            assert first == again
        assert first[0] == again[0] == 1


BESIDE = """\
$ORIGIN shop.example.
$TTL 3600
@ SOA ns1 h 1 2 3 4 5
@ NS ns1
ns1 A 9.9.9.9
@ MX 10 mail
@ MX 20 192.0.2.7.
mail A 9.9.9.8
@ TXT "google-site-verification=abc"
@ TXT "v=spf1 mx +all"
_dmarc TXT "v=DMARC1; p=none; rua=mailto:x@shop.example"
"""


@pytest.mark.parametrize("form", ["github", "sarif", "json"])
def test_a_finding_points_at_the_record_it_is_about(tmp_path: Path, form: str) -> None:
    """
    And not at the first of its name and type: a proof of ownership is not why SPF fails.
    """
    (tmp_path / "shop.zone").write_text(BESIDE, encoding="utf-8")
    world = ("--offline", "--zone", "shop.zone", "--format", form)
    text = mailsetup("audit", "shop.example", *world, folder=tmp_path).out

    assert {"spf/plus-all": 10, "mx/target-ip": 7} == _lines_of(text, form, ("spf/plus-all", "mx/target-ip"))


def _lines_of(text: str, form: str, checks: tuple[str, ...]) -> dict[str, int]:
    if form == "github":
        found = re.findall(r"line=(\d+),title=(\S+) ", text)
        return {check: int(line) for line, check in found if check in checks}
    if form == "json":
        places = json.loads(text)["reports"][0]["places"]
        return {p["check"]: p["line"] for p in places if p["check"] in checks}
    results = json.loads(text)["runs"][0]["results"]
    at = {r["ruleId"]: r["locations"][0]["physicalLocation"]["region"]["startLine"] for r in results}
    return {check: at[check] for check in checks}


def test_what_was_not_judged_offline_is_not_called_unanswered(tmp_path: Path) -> None:
    """
    Nobody was asked; JUnit says so too.
    """
    (tmp_path / "shop.zone").write_text(
        BESIDE.replace("v=spf1 mx", "v=spf1 include:a.example"), encoding="utf-8"
    )
    text = mailsetup(
        "audit", "shop.example", "--offline", "--zone", "shop.zone", "--format", "sarif", folder=tmp_path
    ).out
    (call,) = json.loads(text)["runs"][0]["invocations"]
    told = [note["message"]["text"] for note in call["toolExecutionNotifications"]]

    assert any("not judged offline" in one and "a.example TXT" in one for one in told), told
    assert not [one for one in told if "no usable answer" in one]
