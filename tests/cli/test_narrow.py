"""On a narrow terminal prose and tables fold; records to paste, names and addresses stay whole; files stay as they are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mailsetup.model.lines import fit, folded, row, width

from .command import mailsetup, zone

PLAN = "plan example.com --provider zoho-mail --zone example.com.zone --offline"
PROTOCOLS = ("imap", "pop3", "smtp", "activesync", "ews", "autodiscover", "caldav", "carddav")
FORMS = [
    "providers",
    "providers show amazon-workmail",
    "providers show zoho-mail",
    "providers doctor",
    "explain",
    "explain spf/plus-all",
    "explain message/arc-broken",
    "explain --standards",
    PLAN,
    f"{PLAN} --format steps",
    f"{PLAN} --output plan.json --force",
    "plan example.com --no-mail --zone example.com.zone --offline",
    "detect example.com --zone example.com.zone --offline",
]


def shown(columns: int, command: str, folder: Path) -> str:
    """What a command writes to a terminal of so many columns."""
    pty = pytest.importorskip("pty", reason="a terminal is opened as POSIX does")
    ours, theirs = pty.openpty()
    env = {**os.environ, "NO_COLOR": "1", "COLUMNS": str(columns), "PYTHONIOENCODING": "utf-8"}
    words = [sys.executable, "-m", "mailsetup", *command.split()]
    with subprocess.Popen(words, stdout=theirs, stderr=subprocess.DEVNULL, cwd=folder, env=env):
        os.close(theirs)
        data = b""
        while True:
            try:
                more = os.read(ours, 65536)
            except OSError:  # the other end is closed
                more = b""
            if not more:
                break
            data += more
    os.close(ours)
    return data.decode("utf-8").replace("\r\n", "\n")


def whole(line: str) -> bool:
    """Whether a line is a word that nobody should cut, or a record as it is published or templated."""
    words = line.split()
    rest = words[1:] if words[:1] in (["-"], ["+"], ["="], ["~"], ["?"]) else words
    kinds = {"TXT", "CNAME", "MX", "SRV", "A", "AAAA", "CAA", "TLSA"}
    if words[0] in PROTOCOLS:
        return True
    return len(rest) < 2 or bool(kinds.intersection(words)) or line.lstrip().startswith(("v=", '+ "', '- "'))


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("columns", [40, 60])
@pytest.mark.parametrize("command", FORMS)
def test_no_line_is_wider_than_the_terminal(command: str, columns: int, lang: str, tmp_path: Path) -> None:
    """But for what would be worth nothing in two."""
    zone(tmp_path)
    text = shown(columns, f"{command} --lang {lang}", tmp_path)

    assert text.strip()
    assert [] == [line for line in text.splitlines() if len(line) > columns and not whole(line)]


@pytest.mark.parametrize("command", FORMS[:10])
def test_a_wide_terminal_changes_nothing(command: str, tmp_path: Path) -> None:
    """Lines grow no longer than they are read with ease."""
    zone(tmp_path)
    lines = shown(120, command, tmp_path).splitlines()
    table = command in ("providers", "explain", "explain --standards")  # one row a line in a file

    assert [] == [line for line in lines if len(line) > 104 and not whole(line)]
    if not table:
        assert _undated(mailsetup(*command.split(), folder=tmp_path).out.splitlines()) == _undated(lines)


def _undated(lines: list[str]) -> list[str]:
    """Without the lines that say when the plan was made."""
    return [line for line in lines if "20" not in line]


@pytest.mark.parametrize("command", ["providers", "explain", "explain spf/plus-all", PLAN])
def test_a_file_does_not_depend_on_the_window(command: str, tmp_path: Path) -> None:
    zone(tmp_path)
    narrow, wide = (
        _undated(mailsetup(*command.split(), folder=tmp_path, COLUMNS=columns).out.splitlines())
        for columns in ("40", "200")
    )

    assert narrow == wide


def test_records_are_never_broken(tmp_path: Path) -> None:
    """Each record of a plan stands in one line at any width, as it stands at the usual one."""
    zone(tmp_path)
    with_records = PLAN.replace("zoho-mail", "google-workspace")
    records = [
        line.strip()
        for line in mailsetup(*with_records.split(), folder=tmp_path).out.splitlines()
        if line.startswith("      + ")
    ]
    narrow = [line.strip() for line in shown(40, with_records, tmp_path).splitlines()]

    assert any(len(record) > 60 for record in records)
    assert [] == [record for record in records if record not in narrow]


@pytest.mark.parametrize(
    "columns, usual, expected", [(None, 80, 80), (40, 80, 40), (10, 80, 40), (200, 80, 80), (90, 104, 90)]
)
def test_lines_are_as_wide_as_is_read_with_ease(columns: int | None, usual: int, expected: int) -> None:
    fit(columns)
    try:
        assert expected == width(usual)
        assert all(len(line) <= expected for line in folded("a word " * 60, "  - ", usual=usual))
    finally:
        fit(None)


def test_a_row_folds_under_its_last_column_or_under_its_lead() -> None:
    text = "a name that is longer than the room there is"
    try:
        made = []
        for columns in (None, 60, 40):
            fit(columns)
            made.append(row("  some-id", text, 20))
    finally:
        fit(None)

    assert [
        [f"  some-id           {text}"],
        ["  some-id           a name that is longer than the room", "                    there is"],
        ["  some-id", "    a name that is longer than the room", "    there is"],
    ] == made
