"""The README shows what the tool does: its commands are run, its output is found in the real one."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

from tests.cli.command import mailsetup

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SESSIONS = re.findall(r"```console\n\$ mailsetup ([^\n]*)\n(.*?)```", README.replace("\r\n", "\n"), re.DOTALL)


def test_the_sessions_of_the_readme_are_real(tmp_path: Path) -> None:
    """
    Typed one after the other in one folder, each shows its lines: those between two ``...`` stand together, in order.
    """
    folder = tmp_path / "demo"
    shutil.copytree(ROOT / "examples" / "demo", folder)
    for command, shown in SESSIONS:
        out = mailsetup(*shlex.split(command), folder=folder).out
        at = 0
        for piece in re.split(r"^\.\.\.\n", shown, flags=re.MULTILINE):
            found = out.find(piece, at)

            assert found >= 0, f"{command}: not in the real output:\n{piece}\n--- real ---\n{out}"
            at = found + len(piece)


def test_the_tour_follows_its_own_advice() -> None:
    """
    The plan is kept, as the text asks, before what checks it is shown.
    """
    commands = [command for command, _ in SESSIONS]
    kept = [n for n, command in enumerate(commands) if "--output plan.json" in command]
    checked = [n for n, command in enumerate(commands) if command.startswith("verify")]

    assert kept and min(kept) < min(checked)


def test_the_readme_leads_to_files_that_exist() -> None:
    """
    No link of the README is broken.
    """
    links = re.findall(r"\]\(([^)#:]+)\)", README)

    assert [] == [link for link in links if not (ROOT / link).exists()]


def test_every_command_of_the_readme_exists() -> None:
    """
    What the README names in backticks as a command can be asked for help.
    """
    listed = mailsetup("--help").out
    named = {w for w in re.findall(r"`(?:mailsetup )?([a-z]+)(?:[ `|])", README)}
    commands = {
        "audit",
        "plan",
        "verify",
        "detect",
        "init",
        "spf",
        "dkim",
        "explain",
        "snapshot",
        "doctor",
        "providers",
        "schema",
    }

    assert commands & named == {c for c in commands & named if re.search(rf"^  {c} ", listed, re.MULTILINE)}
