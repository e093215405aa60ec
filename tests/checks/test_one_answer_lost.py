"""One answer lost turns no verdict round, and leaves few open: the broken zones with each answer taken away in turn."""

from __future__ import annotations

import statistics
from functools import cache
from typing import NamedTuple

from mailsetup.model.case import Case
from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.finding import Status
from mailsetup.model.snapshot import Snapshot
from mailsetup.run.judge import judge
from mailsetup.run.registry import all_checks
from tests.checks.test_broken_zones import ZONES, Broken, case_of

OPEN_SHARE = 0.15  # of the verdicts, at the median
TURNED = {Status.PASS, Status.FAIL}


class Loss(NamedTuple):
    """What became of the verdicts on a zone when one question brought nothing."""

    zone: str
    question: DnsQuestion
    outcome: Outcome
    turned: tuple[str, ...]
    opened: float  # share of all verdicts


@cache
def losses() -> tuple[Loss, ...]:
    """Every zone with every answer replaced by a time-out, a failure and a refusal."""
    return tuple(loss for zone in ZONES for loss in losses_of(zone))


def losses_of(zone: Broken) -> list[Loss]:
    """The same for one zone."""
    whole = case_of(zone)
    before = {v.check: v.status for v in judge(whole, all_checks())}
    found = []
    for question in [q for q in whole.snapshot.answers if isinstance(q, DnsQuestion)]:
        for outcome in (Outcome.TIMEOUT, Outcome.SERVFAIL, Outcome.REFUSED):
            answers = {**whole.snapshot.answers, question: DnsAnswer(outcome)}
            torn = Case(whole.scope, Snapshot(zone.domain, whole.as_of, answers))
            after = {v.check: v.status for v in judge(torn, all_checks())}
            turned = tuple(c for c in after if {before[c], after[c]} == TURNED)
            opened = sum(before[c] != after[c] == Status.INCONCLUSIVE for c in after) / len(after)
            found.append(Loss(zone.title, question, outcome, turned, opened))
    return found


def test_a_lost_answer_turns_no_verdict_round() -> None:
    """
    Neither a pass becomes a fail nor a fail a pass when one question times out, fails or is refused.
    """
    assert [] == [loss for loss in losses() if loss.turned]


def test_a_lost_answer_leaves_few_verdicts_open() -> None:
    """
    A verdict rests on as few answers as decide it.
    """
    median = statistics.median(loss.opened for loss in losses())
    print(f"one answer lost leaves {median:.1%} of the verdicts open (median of {len(losses())} losses)")

    assert median <= OPEN_SHARE
