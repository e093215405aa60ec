"""Options that contradict each other, or of which one would do nothing, are refused by name: none is ignored in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import mailsetup, refused, zone

RESOLVED = "--offline --resolver 192.0.2.1"


@pytest.mark.parametrize(
    "command, named",
    [
        (f"audit example.com --zone Z {RESOLVED}", ("--offline", "--resolver")),
        (f"plan example.com --provider zoho --zone Z {RESOLVED}", ("--offline", "--resolver")),
        (f"verify example.com --provider zoho --zone Z {RESOLVED}", ("--offline", "--resolver")),
        (f"detect example.com --zone Z {RESOLVED}", ("--offline", "--resolver")),
        (f"snapshot example.com -o s.json --zone Z {RESOLVED}", ("--offline", "--resolver")),
        (f"message m.eml --zone Z {RESOLVED}", ("--offline", "--resolver")),
        (f"spf check example.com --ip 192.0.2.1 --zone Z {RESOLVED}", ("--offline", "--resolver")),
        (f"dkim check example.com --zone Z {RESOLVED}", ("--offline", "--resolver")),
        (f"blocklists 192.0.2.1 --zone Z {RESOLVED}", ("--offline", "--resolver")),
        ("audit example.com --zone Z --offline -q -v", ("--quiet", "--verbose")),
        ("audit example.com --zone Z --resume a.jsonl -o b.jsonl", ("--resume", "--output")),
        ("plan example.com --no-mail --keep-mx --zone Z --offline", ("--no-mail", "--keep-mx")),
        ("plan example.com --no-mail --dmarc none --zone Z --offline", ("--no-mail", "--dmarc")),
        ("plan example.com --no-mail --spf-all ~ --zone Z --offline", ("--no-mail", "--spf-all")),
        ("plan example.com --no-mail --mta-sts --zone Z --offline", ("--no-mail", "--mta-sts")),
        ("verify --plan p.json --provider zoho --zone Z --offline", ("--plan", "--provider")),
        ("verify --plan p.json --set a=b --zone Z --offline", ("--plan", "--set")),
        ("verify --plan p.json --no-mail --zone Z --offline", ("--plan", "--no-mail")),
        ("explain spf/plus-all --all", ("CHECK", "--all")),
        ("explain --all --standards", ("--all", "--standards")),
        ("blocklists 192.0.2.1 --list spamhaus-zen --all-lists", ("--list", "--all-lists")),
        ("kit build --layout bar --all-layouts", ("--layout", "--all-layouts")),
        ("kit build --only letters --layout bar", ("--only letters", "--layout")),
        ("kit preview --port 8000", ("--port", "--serve")),
        ("kit preview --serve --output a.html", ("--serve", "--output")),
        ("kit preview --serve --force", ("--serve", "--force")),
        ("audit example.com --zone Z --offline --max-age 5", ("--max-age", "--from")),
        ("plan example.com --provider zoho-mail --zone Z --offline --max-age 5", ("--max-age", "--from")),
        ("verify example.com --provider zoho-mail --zone Z --offline --max-age 0", ("--max-age", "--from")),
        ("doctor --max-age 30", ("--max-age", "--from")),
        ("kit lint m.eml --explain CSS-02", ("PATH", "--explain")),
    ],
)
def test_what_would_be_ignored_is_refused(tmp_path: Path, command: str, named: tuple[str, ...]) -> None:
    """One sentence with both names, exit 2."""
    zone(tmp_path)
    said = refused(mailsetup(*command.replace(" Z ", " example.com.zone ").split(), folder=tmp_path))

    assert [] == [name for name in named if name not in said]
