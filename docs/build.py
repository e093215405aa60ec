"""Writes the generated pages of docs/: the check reference, the coverage of the rulebook, the standards followed."""

from __future__ import annotations

import tomllib
from pathlib import Path

from mailsetup.message.rulebook import all_rules
from mailsetup.run.explain import manual, standards
from mailsetup.run.registry import all_checks

HERE = Path(__file__).resolve().parent
ROOM = HERE.parent / "mailsetup" / "checks"


def coverage() -> str:
    """Every code of the rulebook: the check that decides it, or why none does."""
    decided: dict[str, list[str]] = {}
    for check in all_checks():
        for code in check.codes:
            decided.setdefault(code, []).append(check.id)
    for one in all_rules():
        for code in one.codes if one.id.startswith("message/") else ():
            decided.setdefault(code, []).append(one.id)
    left: dict[str, tuple[str, str]] = {}
    for path in (*sorted(ROOM.glob("*/_undecidable.toml")), ROOM.parent / "message" / "_undecidable.toml"):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        left |= {code: (entry["status"], entry["reason"]) for code, entry in data.items()}
    lines = [
        "# What is checked",
        "",
        "Each code of the rulebook (the names are ours, the rules are those of the RFCs cited in the"
        " [check reference](checks.md)): the check that decides it from DNS, the rule `message/...` that decides it on a"
        " letter ([letters](message.md)), or why none does.",
        "",
        f"{len(decided)} codes have a check or a rule, {len(left)} have none.",
        "",
        "| code | status | check or reason |",
        "|---|---|---|",
    ]
    for code in sorted({*decided, *left}):
        if code in decided:
            lines.append(f"| `{code}` | covered | {', '.join(f'`{c}`' for c in decided[code])} |")
        else:
            status, reason = left[code]
            lines.append(f"| `{code}` | {status} | {reason} |")
    return "\n".join(lines) + "\n"


def standards_page() -> str:
    """Each RFC and the modules that cite it."""
    rows = [line.split(maxsplit=2) for line in standards().splitlines()]
    table = [f"| RFC {number} | {places} |" for _, number, places in rows]
    head = [
        "# The standards followed",
        "",
        "Made from the citations in the code.",
        "",
        "| RFC | where |",
        "|---|---|",
    ]
    return "\n".join([*head, *table]) + "\n"


PAGES = {"checks.md": manual, "coverage.md": coverage, "standards.md": standards_page}


def main() -> None:
    """Writes every generated page."""
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
