"""The last line of a judged letter counts what was found, and says where the rest of it is shown."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import mailsetup, zone


def test_the_tally_says_where_the_rest_is_shown(tmp_path: Path) -> None:
    """
    More is counted than the short form shows: --verbose is named beside the count.
    """
    letter = tmp_path / "a.eml"
    letter.write_bytes(b"From: a@example.com\r\nSubject: hello\r\n\r\nBuy now\r\n")
    world = ("--offline", "--zone", zone(tmp_path))
    short = mailsetup("message", letter, *world).out.splitlines()[-1]
    whole = mailsetup("message", letter, *world, "--verbose").out.splitlines()[-1]

    assert "--verbose shows all of them" in short
    assert "--verbose" not in whole
