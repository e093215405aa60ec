"""The forms of pipelines from the command line: lines of the user's own zone file, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

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
