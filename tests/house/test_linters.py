"""The linters are tests, so that nothing else has to be remembered."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def run(*command: str) -> tuple[int, str]:
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_the_import_contracts_are_kept() -> None:
    """
    The house has one staircase, no I/O below the edge, and checks that do not know one another.
    """
    code, text = run("lint-imports", "--no-cache")

    assert code == 0, text


def test_the_code_is_formatted_and_clean() -> None:
    """
    Ruff finds nothing to say.
    """
    results = run("ruff", "check", "."), run("ruff", "format", "--check", ".")

    assert [0, 0] == [code for code, _ in results], "\n".join(text for _, text in results)


def test_the_types_hold() -> None:
    """
    Mypy finds nothing to say in strict mode.
    """
    code, text = run("mypy")

    assert code == 0, text
