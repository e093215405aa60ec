"""
Unknown is not absent: replacing any single answer by silence never turns a verdict over.

For real domains each answer in turn becomes TIMEOUT, SERVFAIL and REFUSED. A verdict may become
open; it may not go from pass to fail or from fail to pass.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Iterator
from typing import Any

import pytest

from mailsetup.edge.source import Pending, Source
from mailsetup.model.dns import Answer, DnsAnswer, DnsQuestion, Outcome, Question
from mailsetup.model.finding import Status
from mailsetup.run.audit import AuditSettings, collect_case, report_on
from tests.real_world import RealWorld, profiles

EVERY = 420
SILENCES = (Outcome.TIMEOUT, Outcome.SERVFAIL, Outcome.REFUSED)
TURNED = {(Status.PASS, Status.FAIL), (Status.FAIL, Status.PASS)}
ALLOWED_SHARE = 0.15


class Silenced:
    """A source whose answer to one question is replaced."""

    def __init__(self, source: Source, question: Question, outcome: Outcome) -> None:
        self.source, self.question, self.outcome = source, question, outcome
        self.description = "silenced"

    def ask(self, question: Question) -> Pending:
        """The source's answer, or silence."""
        return (
            DnsAnswer(self.outcome, server="silenced")
            if question == self.question
            else self.source.ask(question)
        )

    async def close(self) -> None:
        """Nothing is open."""


async def verdicts(domain: str, source: Source) -> tuple[dict[str, Status], dict[Question, Answer]]:
    case = await collect_case(domain, source, AuditSettings(), as_of="2026-11-21T12:00:00Z")
    report = report_on(case, AuditSettings())
    return {v.check: v.status for v in report.verdicts}, dict(case.snapshot.answers)


async def shares(world: RealWorld, domain: str) -> Iterator[float]:
    before, answers = await verdicts(domain, world)
    found: list[float] = []
    for question in answers:
        if not isinstance(question, DnsQuestion):
            continue
        for outcome in SILENCES:
            after, _ = await verdicts(domain, Silenced(world, question, outcome))
            turned = [c for c in before if (before[c], after[c]) in TURNED]
            assert [] == turned, f"{domain}: {outcome} for {question} turns {turned}"
            judged = [c for c in before if before[c] is not Status.INCONCLUSIVE]
            opened = [c for c in judged if after[c] is Status.INCONCLUSIVE]
            found.append(len(opened) / len(judged))
    return iter(found)


@pytest.mark.slow
def test_silence_never_turns_a_verdict(score: Any) -> None:
    """
    No verdict goes pass to fail or fail to pass, and the median share that becomes open is small.
    """
    sample = list(profiles())[::EVERY]
    world = RealWorld(sample)

    found = [share for domain in world.domains for share in asyncio.run(shares(world, domain))]

    median = statistics.median(found)
    score(
        f"silenced answers: {len(found)} over {len(sample)} domains, median share of verdicts opened {median:.1%}"
    )
    assert median <= ALLOWED_SHARE
