"""
The main job on the embedded example, asking no name server: audit, plan, audit of the result, kit and gallery.

Run by `make demo`; writes everything to ``demo-out/`` and says where each file is.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent / "demo"
KIT = HERE.parent / "kit"
PEOPLE_SHOWN = 1  # of the example's: enough for a first look, and quick
OUT = Path(__file__).resolve().parents[1] / "demo-out"
DOMAIN = "bluebird.example"
WORLD = ("--offline", "--zone", str(HERE / "webhost.example.zone"), "--zone", str(HERE / "example.zone"))


def mailsetup(*arguments: str) -> str:
    """What the command line prints, run in the folder of the example's project file."""
    command = [sys.executable, "-m", "mailsetup", *arguments]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"mailsetup {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def keep(name: str, text: str) -> Path:
    """Writes a file of the demo."""
    path = OUT / name
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def published(plan: Path) -> str:
    """The example's zone with the plan's record sets in place of the old ones."""
    changes = json.loads(plan.read_text(encoding="utf-8"))["changes"]
    replaced = {(c["owner"] + ".", c["rdtype"]) for c in changes if c["action"] != "waiting"}
    lines = []
    for line in (HERE / f"{DOMAIN}.zone").read_text(encoding="utf-8").splitlines():
        words = line.split()
        owner = f"{DOMAIN}." if words[:1] == ["@"] else f"{words[0]}.{DOMAIN}." if words else ""
        if len(words) < 3 or (owner, words[2]) not in replaced:
            lines.append(line)
    return (
        "\n".join(lines)
        + "\n"
        + mailsetup("plan", *WORLD, "--zone", str(HERE / f"{DOMAIN}.zone"), "--format", "bind")
    )


def kit() -> tuple[tuple[Path, str], ...]:
    """The letters and one person's signatures in the firm's brand, and the page that shows them all."""
    people = (KIT / "people.csv").read_text(encoding="utf-8").splitlines()[: 1 + PEOPLE_SHOWN]
    table = keep("7-people.csv", "\n".join(people) + "\n")
    firm = ("--brand", str(KIT / "brand.toml"), "--people", str(table))
    folder, gallery = OUT / "kit", OUT / "8-gallery.html"
    mailsetup("kit", "build", *firm, "--output", str(folder), "--quiet")
    mailsetup("kit", "preview", *firm, "--output", str(gallery), "--quiet")
    return (
        (table, "the colleague whose signatures these are; examples/kit has the brand file"),
        (folder / "signatures" / "index.html", "signatures, with the way into every mail program"),
        (
            folder / "letters" / "order" / "order.shipped.en.html",
            "one of the letters beside it, for every occasion",
        ),
        (folder / "models" / "index.html", "model letters to copy and fill in"),
        (gallery, "every signature and letter in one page: the gallery"),
    )


def main() -> None:
    """Audit, plan, audit, kit."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    zone = ("--zone", str(HERE / f"{DOMAIN}.zone"))
    before = keep("1-audit-before.txt", mailsetup("audit", DOMAIN, *WORLD, *zone))
    result = keep("1-audit-before.json", mailsetup("audit", DOMAIN, *WORLD, *zone, "--format", "json"))
    plan = OUT / "2-plan.json"
    table = keep("2-plan.txt", mailsetup("plan", *WORLD, *zone, "--output", str(plan)))
    steps = keep("3-steps.txt", mailsetup("plan", *WORLD, *zone, "--format", "steps"))
    bind = keep("4-zone-after.zone", published(plan))
    planned = ("audit", DOMAIN, *WORLD, "--zone", f"{DOMAIN}={bind}", "--selector", "google")
    after = keep("5-audit-after.txt", mailsetup(*planned))
    report = keep("6-report.html", mailsetup(*planned, "--format", "html", "--before", str(result)))
    print(f"== The audit before ==\n\n{before.read_text(encoding='utf-8')}")
    print(f"== The plan ==\n\n{table.read_text(encoding='utf-8')}")
    print(f"== The audit after ==\n\n{after.read_text(encoding='utf-8')}")
    made = kit()
    print("Written:")
    for path, what in (
        (before, "the audit of the zone as it is"),
        (table, "the plan, phase by phase, with the SPF proof"),
        (plan, "the plan as data, for verify --plan and plan --undo"),
        (steps, "the plan as a click path"),
        (bind, "the zone when all is published"),
        (after, "the audit of that zone"),
        (report, "the same for the owner, the technician and the auditor, with what changed"),
        *made,
    ):
        print(f"  {path}  {what}")


if __name__ == "__main__":
    main()
