"""House rules that no linter knows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = sorted((ROOT / "mailsetup").rglob("*.py"))
POSIX_ONLY = re.compile(
    r"\bimport (fcntl|pwd|grp|resource|termios|pty)\b"
    r"|\bos\.(fork|geteuid|getuid|setuid|mkfifo|killpg|uname|getpgid|O_NOFOLLOW|wait4)\b"
    r"|add_signal_handler|signal\.(SIGHUP|SIGKILL|SIGUSR1|SIGALRM|alarm)|/dev/|/tmp\b|/etc/(?!resolv)"
)
FORMATS = {"planning/renderers", "kit/exports.py", "kit/templates"}  # formats that bear a product's name


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_in_the_product_is_posix_only(path: Path) -> None:
    """
    The product runs on Linux, macOS and Windows: nothing that only one of them has.
    """
    found = [line for line in path.read_text(encoding="utf-8").splitlines() if POSIX_ONLY.search(line)]

    assert [] == found


def test_no_provider_is_named_in_code() -> None:
    """
    What a provider wants is data; the ids of profiles stand in no Python file.
    """
    ids = {p.stem for p in (ROOT / "provider_profiles").glob("*.toml")}
    distinctive = {i for i in ids if "-" in i or len(i) > 6}
    found = []
    for path in CODE:
        if any(part in path.as_posix() for part in FORMATS):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in distinctive:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.value}")

    assert [] == found


def test_every_module_says_why_it_is_opened() -> None:
    """
    The first line of a file is its door-plate.
    """
    silent = [
        str(p.relative_to(ROOT))
        for p in CODE
        if not ast.get_docstring(ast.parse(p.read_text(encoding="utf-8")))
    ]

    assert [] == silent


def test_no_file_is_a_drawer() -> None:
    """
    No utils, helpers, common, manager or misc: a new line knows its room.
    """
    drawers = [p for p in CODE if p.stem in {"utils", "util", "helpers", "common", "manager", "misc"}]

    assert [] == drawers


def test_messages_are_templates() -> None:
    """
    What is said to a user can be translated: a finding's sentence is a literal, never an f-string.
    """
    found = []
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in ("finding", "say") and node.args and isinstance(node.args[0], ast.JoinedStr):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")

    assert [] == [f for f in found if "/cli/" not in f]


def test_the_clock_is_read_in_run_and_edge_only() -> None:
    """
    What is judged depends on ``as_of``, never on when it is judged.
    """
    clock = re.compile(r"datetime\.now|time\.time\(|date\.today|utcnow|perf_counter|monotonic")
    below = ("model", "grammar", "walks", "profiles", "checks", "planning", "forms")
    found = [
        f"{p.relative_to(ROOT)}"
        for p in CODE
        if p.relative_to(ROOT / "mailsetup").parts[0] in below and clock.search(p.read_text(encoding="utf-8"))
    ]

    assert [] == found


def test_tests_pass_things_in_instead_of_patching() -> None:
    """
    Needing ``mock.patch`` is a design fault.
    """
    found = [
        str(p.relative_to(ROOT))
        for p in (ROOT / "tests").rglob("*.py")
        if p != Path(__file__)
        and re.search(r"mock\.patch|monkeypatch\.setattr|from unittest", p.read_text(encoding="utf-8"))
    ]

    assert [] == found


def test_nothing_names_the_machine_it_was_made_on() -> None:
    """
    No path of a developer's machine and no registry's host stands in the project.
    """
    pattern = re.compile(
        r"/work/main|/work/shared|/root/|pypi\.org|files\.pythonhosted|registry\.npmjs|deb\.debian\.org"
    )
    suffixes = {".py", ".toml", ".md", ".yml", ".yaml", ".json", ".c", ""}
    found = []
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT).parts
        if (
            inside[0] in {".git", ".venv", "demo-out", "dist", "build"}
            or "__pycache__" in inside
            or (inside[0].startswith(".") and inside[0] != ".ci")
        ):
            continue
        if path.is_file() and path.suffix in suffixes and path != Path(__file__):
            text = path.read_text(encoding="utf-8", errors="replace")
            if pattern.search(text):
                found.append(str(path.relative_to(ROOT)))

    assert [] == found
