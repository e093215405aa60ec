"""The kit on a terminal, as somebody drives it: questions answered by keys, then build, lint and the exports."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import require

pytestmark = [pytest.mark.real, pytest.mark.slow]
SHOWN_WITHIN = 180.0  # seconds; a build takes two or three on an idle machine


class Terminal:
    """A shell in tmux: keys go in, what stands on the screen comes out."""

    def __init__(self, command: str, folder: Path) -> None:
        self.tmux = [command, "-L", f"mailsetup-{folder.name}", "-f", "/dev/null"]
        start = ["new-session", "-d", "-x", "120", "-y", "50", "-c", str(folder), "env", "PS1=$ ", "sh"]
        subprocess.run([*self.tmux, *start], check=True, timeout=30)

    def keys(self, *keys: str) -> None:
        """Types; ``Enter`` and the like are keys."""
        subprocess.run([*self.tmux, "send-keys", *keys], check=True, timeout=30)

    def screen(self) -> str:
        """What stands there now, and what went off the top."""
        command = [*self.tmux, "capture-pane", "-p", "-J", "-S", "-200"]
        return subprocess.run(command, check=True, capture_output=True, encoding="utf-8", timeout=30).stdout

    def wait(self, text: str) -> str:
        """Until a text stands on the screen; all of it then."""
        began = time.monotonic()
        while time.monotonic() - began < SHOWN_WITHIN:
            if text in (seen := self.screen()):
                return seen
            time.sleep(0.2)
        raise AssertionError(f"{text!r} is not shown:\n{self.screen()}")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """A terminal in an empty folder."""
    one = Terminal(require("tmux", "tmux"), tmp_path)
    yield one
    subprocess.run([*one.tmux, "kill-server"], check=False, timeout=30)


def test_an_empty_folder_becomes_a_kit_by_keys(terminal: Terminal, tmp_path: Path) -> None:
    """
    Init asks and takes Enter for what it offers, build and lint end with 0, and the exports lie there.
    """
    mailsetup = f"{shlex.quote(sys.executable)} -m mailsetup"
    terminal.keys(f"{mailsetup} kit init; echo init:$?", "Enter")
    terminal.wait("Domain of your mail")
    terminal.keys("blue-bird.example", "Enter")
    began = time.monotonic()
    while "init:" not in terminal.screen().replace("init:$?", "") and time.monotonic() - began < SHOWN_WITHIN:
        terminal.keys("Enter")
        time.sleep(0.5)

    assert "init:0" in terminal.screen()
    terminal.keys("clear", "Enter", f"{mailsetup} kit build; echo build:$?", "Enter")
    assert "build:0" in terminal.wait("build:0")
    terminal.keys("clear", "Enter", f"{mailsetup} kit lint kit/letters > said.txt; echo lint:$?", "Enter")
    assert "lint:0" in terminal.wait("lint:0")
    assert 'domain = "blue-bird.example"' in (tmp_path / "brand.toml").read_text(encoding="utf-8")
    assert (tmp_path / "kit" / "exports" / "letters.csv").is_file()
    assert len(list((tmp_path / "kit" / "letters").rglob("*.eml"))) >= 51
