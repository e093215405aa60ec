"""The generated pages say what the code says, and every code of the rulebook is accounted for."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from mailsetup.message.rulebook import all_rules
from mailsetup.run.registry import all_checks
from tests.corpora import CORPUS

ROOT = Path(__file__).parents[2]
GROUPS = (
    "DNS",
    "MX",
    "SPF",
    "DKIM",
    "DMARC",
    "STS",
    "TLSRPT",
    "DANE",
    "SMTP",
    "TLS",
    "PTR",
    "DNSSEC",
    "BIMI",
    "CONF",
    "ARC",
    "HDR",
    "LIST",
)


def builder() -> Any:
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["checks.md", "coverage.md", "standards.md", "disagreements.md"])
def test_a_generated_page_is_not_stale(name: str) -> None:
    """
    `make docs` would change nothing.
    """
    assert builder().PAGES[name]() == (ROOT / "docs" / name).read_text(encoding="utf-8"), "run: make docs"


def test_every_code_of_the_rulebook_is_accounted_for(score: Any) -> None:
    """
    A code of the first groups has a check, or a reason why none can decide it; few have none.
    """
    rulebook = CORPUS.parent / "facts" / "standards.md"
    if not rulebook.exists():
        pytest.skip("the rulebook is not beside the project")
    codes = set(
        re.findall(r"^\| ([A-Z0-9_]+) \| [EWI] \|", rulebook.read_text(encoding="utf-8"), re.MULTILINE)
    )
    wanted = {c for c in codes if c.split("_")[0] in GROUPS}
    decided = {code for check in all_checks() for code in check.codes}
    decided |= {code for one in all_rules() for code in one.codes if one.id.startswith("message/")}
    left: dict[str, Any] = {}
    for path in (ROOT / "mailsetup").glob("**/_undecidable.toml"):
        left |= tomllib.loads(path.read_text(encoding="utf-8"))
    never = {c for c in left if left[c]["status"] == "no check can"}

    share = len(wanted & never)
    score(
        f"rulebook: {len(wanted & decided)} of {len(wanted)} codes decided by a check or a rule about letters, "
        f"{share} no check can decide"
    )
    assert set() == wanted - decided - set(left)
    assert set() == decided & set(left)
    assert len(wanted & never) <= 0.15 * len(wanted)


def test_every_flaw_says_how_it_is_mended() -> None:
    """
    A check that can fail a run tells what to do about it.
    """
    from mailsetup.run.explain import remedies

    silent = [c.id for c in all_checks() if c.severity.value != "info" and not remedies(c)]

    assert [] == silent


@pytest.mark.slow
def test_the_manual_builds_without_a_warning(tmp_path: Path) -> None:
    """
    Every page is in it, every link leads somewhere, and no page fetches anything from elsewhere.
    """
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )

    assert 0 == built.returncode, built.stderr
    assert "WARNING" not in built.stderr
    pages = {p.stem for p in (ROOT / "docs").glob("*.md")}
    assert pages <= {p.stem for p in (tmp_path / "site").glob("*.html")}
    fetched = [
        (page.name, link)
        for page in (tmp_path / "site").glob("*.html")
        for link in re.findall(
            r"<(?:script|link|img)[^>]+(?:src|href)=.?(https?://[^ >]+)", page.read_text(encoding="utf-8")
        )
    ]
    assert [] == fetched
