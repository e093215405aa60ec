"""Writes the generated pages of docs/: the check reference, the coverage of the rulebook, the standards followed."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

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


def disagreements() -> str:
    """Where mailsetup and checkdmarc differ, by class, from the data file the tests run."""
    data = tomllib.loads((HERE / "disagreements.toml").read_text(encoding="utf-8"))
    lines = [
        "# Where mailsetup and checkdmarc differ",
        "",
        "Both judge the same recorded answers (`mailsetup audit --second-opinion` does it for one domain). Over the zones"
        " and records of others that the tests use, each difference about SPF, DMARC, MTA-STS, TLS reporting and BIMI is"
        " of one of the classes below; one that is of none fails the tests, and so does a class whose record no longer"
        " shows it.",
        "",
        *_measured(data["measured"]),
        "",
        "| class | checkdmarc says | mailsetup reports | right |",
        "|---|---|---|---|",
    ]
    for name, entry in data["class"].items():
        reported = ", ".join(f"`{c}`" for c in entry.get("checks", ())) or "no error"
        lines.append(
            f"| [{entry['title']}](#{name}) | {entry['checkdmarc']} | {reported} | {entry['right']} |"
        )
    for name, entry in data["class"].items():
        zone = [f"    {line}" for line in entry["zone"].strip().splitlines()]
        who = "Right: " + ("each in its way" if entry["right"] == "both" else entry["right"]) + "."
        lines += [
            "",
            f"## {name}",
            "",
            f"**{entry['title']}** ({entry['subject'].upper().replace('_', '-')}; {entry['rule']})",
        ]
        lines += ["", " ".join(entry["why"].split()), "", who, "", "Reproduced by:", "", *zone]
    return "\n".join(lines) + "\n"


def _measured(figures: dict[str, Any]) -> list[str]:
    rows = [
        f"| {part['of']} | {part['judged']} | {part['differing']} | {100 * part['differing'] / part['judged']:.1f} % |"
        for part in figures["part"]
    ]
    head = ["| records | domains judged by both | in disagreement | share |", "|---|---|---|---|"]
    judged, differing = (sum(part[key] for part in figures["part"]) for key in ("judged", "differing"))
    whole = f"| all | {judged} | {differing} | {100 * differing / judged:.1f} % |"
    first = f"Measured {figures['on']} with checkdmarc {figures['checkdmarc']}; unexplained: 0; mailsetup wrong: 0."
    return [first, "", *head, *rows, whole, "", " ".join(figures["note"].split())]


PAGES = {
    "checks.md": manual,
    "coverage.md": coverage,
    "standards.md": standards_page,
    "disagreements.md": disagreements,
}


def main() -> None:
    """Writes every generated page."""
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
