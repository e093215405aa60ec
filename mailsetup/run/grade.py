"""
The grade of a report and the three things to do first.

The formula is data (``data/grade.toml``), versioned, and explained in docs/grade.md. Open
questions neither raise nor lower a grade; while a decisive one is open it is never the best.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from mailsetup.model import shipped
from mailsetup.model.finding import Severity, Status, Verdict, loud
from mailsetup.model.message import Message, say

from .registry import checks_by_id

FIRST_THINGS: Final = 3
UNGRADED: Final = "not graded"
_FAIL: Final = Status.FAIL


@lru_cache(maxsize=1)
def formula() -> Mapping[str, Any]:
    """The formula in force."""
    return tomllib.loads(shipped.text("data/grade.toml"))


def grade(verdicts: tuple[Verdict, ...], noted: list[Verdict] | None = None) -> tuple[str, str]:
    """
    The grade and the id of the formula: ``("B, 2 questions open", "mailsetup-grade/1")``.

    ``noted`` are those that neither passed nor do not apply, where the caller has them already.

    What is no mail domain (a host name, a public suffix, a parked name) has no grade: ``""``.
    """
    rules = formula()
    if noted is None:
        noted = loud(verdicts)
    failed = [v for v in noted if v.status is _FAIL]
    undecided = [v for v in noted if v.status is Status.INCONCLUSIVE]
    if any(v.check in rules["ungraded"] for v in failed):
        return "", rules["formula"]
    points = 100 - sum(map(cost, failed))
    letter = next((name for name, least in rules["letters"].items() if points >= least), "F")
    if undecided:
        letter = _with_open_questions(letter, verdicts, undecided, list(rules["letters"]))
    return letter, rules["formula"]


def _with_open_questions(
    letter: str, verdicts: tuple[Verdict, ...], undecided: list[Verdict], letters: list[str]
) -> str:
    """The letter beside what is open: never the best one, and none at all where most is not known."""
    weighty = sum(v.severity is not Severity.INFO for v in undecided)
    judged = sum(v.severity is not Severity.INFO and v.status in (Status.PASS, Status.FAIL) for v in verdicts)
    if weighty > judged:
        letter = UNGRADED
    elif weighty and letter == letters[0]:
        letter = letters[1]
    questions = {e.question for v in undecided for e in v.unanswered}
    if not questions:
        return letter
    return f"{letter}, {len(questions)} question{'s' if len(questions) != 1 else ''} open"


def cost(verdict: Verdict) -> int:
    """The points a failing check takes: its own, else those of its worst finding."""
    rules = formula()
    findings = verdict.findings
    worst = (
        findings[0].severity if len(findings) == 1 else max(findings, key=lambda f: f.severity.rank).severity
    )
    points = rules["points"][worst.value]
    return int(max(points, rules["checks"].get(verdict.check, 0)))


def do_first(verdicts: tuple[Verdict, ...]) -> tuple[Message, ...]:
    """The remedies of the three costliest flaws, in an owner's words; notes that cost nothing are not among them."""
    flaws = [(cost(v), v) for v in verdicts if v.status is _FAIL]
    flaws = sorted((f for f in flaws if f[0]), key=lambda f: (-f[0], f[1].check))
    steps: list[Message] = []
    for _, verdict in flaws:
        step = _step(verdict)
        if step not in steps:
            steps.append(step)
        if len(steps) == FIRST_THINGS:
            break
    return tuple(steps)


def _step(verdict: Verdict) -> Message:
    """What is wrong in a few words, and what to do about it."""
    worst = max(verdict.findings, key=lambda f: f.severity.rank)
    known = checks_by_id().get(verdict.check)
    flaw = Message(known.title) if known is not None else worst.message
    if worst.remedy is None:
        return flaw
    return say("{flaw}. {remedy}", flaw=flaw, remedy=worst.remedy.summary)
