"""Every rule's page: its example fires, its other example is silent, and it says so in every language."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from mailsetup.kit.lint.catalogue import rules
from mailsetup.kit.lint.rule import LANGUAGES, Rule
from mailsetup.model.finding import Severity, Status
from tests.kit.lint_world import of_example, verdicts

EVERY = rules()


@pytest.mark.parametrize("rule", EVERY, ids=lambda r: r.id)
def test_a_rule_fires_on_its_example(rule: Rule) -> None:
    """The first example of the page is a finding, its sentence filled in."""
    verdict = verdicts(of_example(rule.fires))[rule.id]

    assert Status.FAIL == verdict.status, verdict
    assert not [f for f in verdict.findings if "{" in str(f.message).replace("{{", "").replace("{%", "")]


@pytest.mark.parametrize("rule", EVERY, ids=lambda r: r.id)
def test_a_rule_is_silent_on_its_other_example(rule: Rule) -> None:
    """The second example of the page is none."""
    example = replace_country(rule)
    verdict = verdicts(of_example(example))[rule.id]

    assert verdict.status in (Status.PASS, Status.NOT_APPLICABLE), verdict


def replace_country(rule: Rule):  # type: ignore[no-untyped-def]
    """The silent example of a rule about a country's law is of a firm elsewhere."""
    return (
        rule.silent._replace(country="")
        if rule.silent.country and rule.silent.text == rule.fires.text
        else rule.silent
    )


@pytest.mark.parametrize("rule", EVERY, ids=lambda r: r.id)
def test_sentences_name_the_same_values_in_every_language(rule: Rule) -> None:
    """A translation leaves no value out and invents none, and every rule says why."""
    named = {lang: set(re.findall(r"\{(\w+)\}", rule.says[lang])) for lang in LANGUAGES}

    assert named["en"] == named["ru"]
    assert all(rule.why[lang].endswith((".", "?", "”", "»")) for lang in LANGUAGES), rule.why
    assert rule.source


def test_every_rule_of_the_catalogue_is_there() -> None:
    """Numbers in a group run without a gap."""
    groups: dict[str, list[int]] = {}
    for rule in EVERY:
        groups.setdefault(rule.group, []).append(int(rule.id[4:]))
    lengths = {"SUB": 12, "HDR": 13, "MIM": 8, "SIZ": 6, "TXT": 10, "ETI": 25, "CTA": 6, "LNK": 9, "IMG": 11, "HTM": 8,
               "CSS": 15, "A11": 10, "DRK": 7, "I18": 8, "SIG": 11, "JLD": 4, "CON": 5, "SPM": 4, "LNT": 3}  # fmt: skip

    assert {g: list(range(1, n + 1)) for g, n in lengths.items()} == groups
    assert 175 == len(EVERY)
    assert {Severity.ERROR, Severity.WARNING, Severity.INFO} == {rule.severity for rule in EVERY}


def test_the_reference_page_is_that_of_the_rules() -> None:
    """``docs/kit-lint.md`` is what ``docs/build_lint.py`` writes."""
    root = Path(__file__).parents[2]
    finished = subprocess.run([sys.executable, str(root / "docs" / "build_lint.py"), "--check"], timeout=60)

    assert 0 == finished.returncode
