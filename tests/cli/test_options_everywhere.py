"""The options that every command of a kind has: where answers come from, and how results are written."""

from __future__ import annotations

import pytest
from typer.main import get_command

from mailsetup.cli.app import application

SOURCES = {
    *("--resolver", "--zone", "--from", "--record", "--offline", "--max-age"),
    *("--timeout", "--retries", "--concurrency", "--workers", "--rate"),
}
OUTPUT = {"--format", "--output", "--lang", "--quiet", "--no-color"}
READING = (
    *("detect", "plan", "verify", "audit", "snapshot", "blocklists", "blacklist", "message", "receive"),
    *("spf check", "spf tree", "spf flatten", "dkim check"),
)
REPORTING = (
    *(name for name in READING if name != "snapshot"),
    *("providers", "providers show", "providers doctor", "diff", "doctor", "kit lint", "explain"),
)


def options(command: str) -> set[str]:
    """The long options of a command, those of its language included."""
    found = get_command(application())
    for word in command.split():
        found = found.commands[word]  # type: ignore[attr-defined]
    return {option for parameter in found.params for option in parameter.opts}


@pytest.mark.parametrize("command", READING)
def test_a_command_that_reads_dns_takes_every_source(command: str) -> None:
    assert set() == SOURCES - options(command)


@pytest.mark.parametrize("command", REPORTING)
def test_a_command_that_reports_takes_every_way_of_writing(command: str) -> None:
    assert set() == OUTPUT - options(command)
