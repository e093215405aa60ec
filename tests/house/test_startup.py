"""What a command imports before it does anything: start-up is a promise."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "dns",
    "rich",
    "checkdmarc",
    "spf",
    "dkim",
    "cryptography",
    "httpx",
    "jinja2",
    "yaml",
    "asyncio",
    "idna",
    "publicsuffixlist",
    "requests",
    "mailsetup.checks",
    "mailsetup.walks",
    "mailsetup.edge",
}


def imported(*arguments: str) -> set[str]:
    code = f"""
import atexit, sys
atexit.register(lambda: print("\\n".join(sys.modules), file=sys.stderr))
sys.argv = ["mailsetup", *{list(arguments)!r}]
import mailsetup.__main__ as m
m.main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("audit", "--help"), ("plan", "--help")])
def test_help_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    """
    Help and version do not pay for DNS, cryptography or the checks.
    """
    loaded = imported(*arguments)

    assert set() == HEAVY & loaded
    assert "mailsetup.model.errors" in loaded


def test_a_command_loads_no_other() -> None:
    """
    `audit` does not pay for `plan` and `kit`, and what was registered for the end of the process is called.
    """
    loaded = imported("audit", "--help")

    assert {"mailsetup.cli.audit"} == {
        "mailsetup.cli.audit",
        "mailsetup.cli.plan",
        "mailsetup.cli.kit",
    } & loaded
