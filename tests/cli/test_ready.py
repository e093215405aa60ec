"""The copies that tests run say what a process started afresh says, and end as it does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .command import BAD_ZONE, mailsetup, zone
from .ready import Ready

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no process is copied")
WORLD = ("--offline", "--zone", "example.com.zone")


@pytest.mark.parametrize(
    "command",
    [
        ("--version",),
        ("--help",),
        ("audit", "--bad"),
        ("audit", "a..b"),
        ("audit", "example.com", *WORLD, "--lang", "ru"),
        ("audit", "example.com", *WORLD, "--output", "there/is/no/folder.json"),
        ("plan", "example.com", *WORLD, "--provider", "google-workspace", "--format", "bind"),
        ("explain", "--all"),  # more than a pipe holds
    ],
)
def test_a_copy_says_what_a_fresh_process_says(command: tuple[str, ...], tmp_path: Path) -> None:
    """
    Exit code, output and error, where the arguments, the folder and its files decide.
    """
    zone(tmp_path, BAD_ZONE)
    copied, fresh = (mailsetup(*command, folder=tmp_path, **more) for more in ({}, {"PYTHONHASHSEED": "1"}))

    assert fresh.code == copied.code
    assert fresh.err == copied.err
    assert _timeless(fresh.out) == _timeless(copied.out)


def _timeless(text: str) -> str:
    return re.sub(r"\d\d:\d\d(:\d\d)?", "", text)


def test_a_copy_that_does_not_end_is_ended_and_the_next_one_runs(tmp_path: Path) -> None:
    """
    The time limit is of one run, as `subprocess.run` has it.
    """
    os.mkfifo(tmp_path / "endless.zone")  # nobody writes into it
    ready = Ready(os.environ)
    with pytest.raises(subprocess.TimeoutExpired):
        ready.run(["audit", "example.com", "--offline", "--zone", "endless.zone"], tmp_path, 3)
    code, out, err = ready.run(["--version"], tmp_path, 60)

    assert (0, b"") == (code, err)
    assert out.startswith(b"mailsetup ")
