"""
The kit's benchmarks: the pack, a thousand people's signatures, the lint, one letter beside MJML's command line.

Whole processes, in a folder of their own. On a machine with other work processor time is what to look at:
seconds on the clock are given beside it.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
NPM_FOLDER = HERE / ".work" / "npm"
MJML = "mjml@5"
PACK_BAR, PEOPLE_BAR, LINT_BAR = 5, 30, 30  # seconds, seconds on two cores, milliseconds a file
COLUMNS = [
    "id",
    "name",
    "name_ru",
    "role",
    "role_ru",
    "email",
    "phone",
    "mobile",
    "photo",
    "layout",
    "team",
    "locale",
]
NAMES = ("Anna Bērziņa", "Ivan Petrov", "John O'Neil", "Мария Смирнова", "Li Wei")
ONE_LETTER = """
import sys
from mailsetup.kit import plain_text, render, templates
from mailsetup.run.kit_brand import load_brand
from mailsetup.run.kit_templates import catalogue_of
brand = load_brand(sys.argv[1])
catalogue = catalogue_of(brand)
letter = templates.compose(catalogue.get("order.shipped"), brand, catalogue, locale="en")
print(len(render.html(letter)), len(plain_text.write(letter)))
"""


class Tools(NamedTuple):
    """What the benchmark's own script lends: it starts processes, makes spreads, prints and keeps figures."""

    run: Callable[..., Any]
    spread: Callable[[Sequence[float]], Any]
    say: Callable[..., None]
    mailsetup: str
    folder: Path
    runs: int
    people: tuple[int, int]


def kit(tools: Tools) -> None:
    """Every figure of the kit."""
    home = tools.folder / "kit-home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    tools.run([tools.mailsetup, "kit", "init", str(home)])
    _pack(tools, home)
    _people(tools, home)
    _lint(tools, home)
    _mjml(tools, home)


def _say(tools: Tools, figure: str, ran: Sequence[Any], note: str = "") -> None:
    tools.say("kit", f"{figure}, s", tools.spread([r.seconds for r in ran]), note)
    tools.say("kit", f"{figure}, processor s", tools.spread([r.cpu for r in ran]))


def _build(tools: Tools, home: Path, *options: str) -> Any:
    out = home / "kit"
    shutil.rmtree(out, ignore_errors=True)
    command = [tools.mailsetup, "kit", "build", "--quiet", "--output", str(out), *options]
    return tools.run(command, cwd=home)


def _pack(tools: Tools, home: Path) -> None:
    """51 letters in two languages: HTML, text, drafts, models and every export."""
    ran = [_build(tools, home, "--only", "letters") for _ in range(tools.runs)]
    _say(tools, "whole pack in two languages", ran, f"promised: at most {PACK_BAR}")


def _people(tools: Tools, home: Path) -> None:
    """Signatures in all layouts and client forms; memory for ten times the people."""
    peaks = []
    for count in tools.people:
        table = home / f"people{count}.csv"
        _table(table, count)
        wishes = ("--people", str(table), "--all-layouts", "--only", "signatures", "--workers", "2")
        ran = [_build(tools, home, *wishes) for _ in range(tools.runs)]
        files = sum(len(names) for _, _, names in os.walk(home / "kit"))
        note = f"{files} files" + (f"; promised: at most {PEOPLE_BAR}" if count >= 1000 else "")
        _say(tools, f"signatures of {count} people, 2 processes", ran, note)
        peaks.append(max(r.memory for r in ran))
        tools.say("kit", f"signatures of {count} people, MiB a process", round(peaks[-1], 1))
    tools.say(
        "kit", "memory for ten times the people, ratio", round(peaks[-1] / peaks[0], 3), "promised: flat"
    )


def _table(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for n in range(count):
            name = f"{NAMES[n % len(NAMES)]} {n}"
            mail, phone = f"p{n}@fern.example", f"+371 60{n:06d}"
            rows.writerow([f"p{n}", name, "Анна Берзиня", "Head of sales", "Руководитель отдела продаж", mail,
                           phone, "", "", "", "", ""])  # fmt: skip


def _lint(tools: Tools, home: Path) -> None:
    """What a file costs once the rules and dictionaries are loaded: all letters, less the dearest few."""
    _build(tools, home, "--only", "letters")
    files = sorted(p for p in (home / "kit" / "letters").rglob("*") if p.suffix in (".html", ".txt", ".eml"))
    few = files[:6]
    rows = []
    for _ in range(tools.runs):
        small, all_ = (_linted(tools, home, some) for some in (few, files))
        rows.append(1000 * (all_.cpu - small.cpu) / (len(files) - len(few)))
    figure = f"lint, processor ms a file after start ({len(files)} files)"
    tools.say("kit", figure, tools.spread(rows), f"promised: at most {LINT_BAR}")


def _linted(tools: Tools, home: Path, files: Sequence[Path]) -> Any:
    command = [
        tools.mailsetup,
        "kit",
        "lint",
        "--brand",
        "brand.toml",
        "--format",
        "jsonl",
        "--fail-on",
        "never",
    ]
    out = home / "lint.jsonl"
    return tools.run([*command, "--output", str(out), "--force", *map(str, files)], cwd=home)


def _mjml(tools: Tools, home: Path) -> None:
    """One letter as a whole process: ours, and one of the same size through MJML's command line."""
    program = _mjml_program()
    if program is None:
        tools.say("kit", "one letter through MJML", "not measured", "npm, or its registry, is not here")
        return
    ours, theirs = [], []
    for _ in range(tools.runs):
        ours.append(tools.run([sys.executable, "-c", ONE_LETTER, str(home / "brand.toml")]))
        theirs.append(tools.run([*program, str(HERE / "letter.mjml"), "-o", str(home / "letter.html")]))
    _say(tools, "one letter, HTML and text, from start to end", ours)
    _say(tools, "one letter, HTML only, MJML's command line", theirs)
    ratio = [t.cpu / o.cpu for t, o in zip(theirs, ours, strict=True)]
    tools.say("kit", "MJML's processor time, times ours", tools.spread(ratio))


def _mjml_program() -> list[str] | None:
    """MJML's command line; installed beside the benchmark where npm can."""
    script = NPM_FOLDER / "node_modules" / "mjml" / "bin" / "mjml"
    node, npm = shutil.which("node"), shutil.which("npm")
    if not script.is_file() and npm:
        NPM_FOLDER.mkdir(parents=True, exist_ok=True)
        (NPM_FOLDER / "package.json").write_text(json.dumps({"private": True}), encoding="utf-8")
        command = [npm, "install", "--no-audit", "--no-fund", "--silent", MJML]
        subprocess.run(command, cwd=NPM_FOLDER, capture_output=True, check=False)
    return [node, str(script)] if node and script.is_file() else None
