"""
The grade of a report and the three things to do first.

The formula is data (``data/grade.toml``), versioned, and explained in docs/grade.md. Open
questions neither raise nor lower a grade; while a decisive one is open it is never the best.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from mailsetup.model.finding import Severity, Status, Verdict
from mailsetup.model.message import Message, say

from .registry import checks_by_id

FIRST_THINGS = 3
UNGRADED = "not graded"


@lru_cache(maxsize=1)
def formula() -> Mapping[str, Any]:
    """The formula in force."""
    text = files("mailsetup").joinpath("data/grade.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def grade(verdicts: tuple[Verdict, ...]) -> tuple[str, str]:
    """
    The grade and the id of the formula: ``("B, 2 questions open", "mailsetup-grade/1")``.

    What is no mail domain (a host name, a public suffix, a parked name) has no grade: ``""``.
    """
    rules = formula()
    if any(v.status is Status.FAIL and v.check in rules["ungraded"] for v in verdicts):
        return "", rules["formula"]
    points = 100 - sum(cost(v) for v in verdicts if v.status is Status.FAIL)
    letter = next((name for name, least in rules["letters"].items() if points >= least), "F")
    undecided = [v for v in verdicts if v.status is Status.INCONCLUSIVE]
    if any(v.severity is not Severity.INFO for v in undecided) and letter == next(iter(rules["letters"])):
        letter = list(rules["letters"])[1]
    if _mostly_open(verdicts):
        letter = UNGRADED
    questions = {e.question for v in undecided for e in v.unanswered}
    if questions:
        letter += f", {len(questions)} question{'s' if len(questions) != 1 else ''} open"
    return letter, rules["formula"]


def _mostly_open(verdicts: tuple[Verdict, ...]) -> bool:
    """Whether most of what could take points is not known: then no letter says anything."""
    weighty = [v.status for v in verdicts if v.severity is not Severity.INFO]
    judged = sum(s in (Status.PASS, Status.FAIL) for s in weighty)
    return sum(s is Status.INCONCLUSIVE for s in weighty) > judged


def cost(verdict: Verdict) -> int:
    """The points a failing check takes: its own, else those of its worst finding."""
    rules = formula()
    worst = max(verdict.findings, key=lambda f: f.severity.rank).severity
    points = rules["points"][worst.value]
    return int(max(points, rules["checks"].get(verdict.check, 0)))


def do_first(verdicts: tuple[Verdict, ...]) -> tuple[Message, ...]:
    """The remedies of the three costliest flaws, in an owner's words; notes that cost nothing are not among them."""
    flaws = [(cost(v), v) for v in verdicts if v.status is Status.FAIL]
    flaws = sorted((f for f in flaws if f[0]), key=lambda f: (-f[0], f[1].check))
    steps = {str(step): step for step in (_step(v) for _, v in flaws)}
    return tuple(steps.values())[:FIRST_THINGS]


def _step(verdict: Verdict) -> Message:
    """What is wrong in a few words, and what to do about it."""
    worst = max(verdict.findings, key=lambda f: f.severity.rank)
    known = checks_by_id().get(verdict.check)
    flaw = known.title if known is not None else str(worst.message)
    if worst.remedy is None:
        return Message(flaw)
    return say("{flaw}. {remedy}", flaw=flaw, remedy=str(worst.remedy.summary))
