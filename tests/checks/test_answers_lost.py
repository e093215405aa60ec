"""
Answers lost two at a time, over the examples of all checks with every option on: silence turns no verdict round.

Here the questions are asked anew with the answers missing, so that what is asked instead is looked at too.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from mailsetup.edge.source import unasked
from mailsetup.model.case import Scope
from mailsetup.model.dns import Answer, Outcome, Question
from mailsetup.model.finding import Status
from mailsetup.run.judge import judge
from mailsetup.run.registry import all_checks
from tests.checks.test_examples import scope_of
from tests.zones import ClosedWorld, sections

EVERY = 24  # of the examples; all of them take a quarter of an hour, and were gone through once
PAIRS = 25  # of an example
SILENCES = (Outcome.TIMEOUT, Outcome.SERVFAIL, Outcome.UNASKED)
OPTIONS = frozenset({"deep", "smtp", "web", "authoritative"})
TURNED = {Status.PASS, Status.FAIL}


class Torn(ClosedWorld):
    """A world in which some questions bring nothing."""

    lost: Mapping[Question, Outcome] = {}

    def answer(self, question: Question) -> Answer:
        """The world's answer, or none."""
        outcome = self.lost.get(question)
        if outcome is None:
            return super().answer(question)
        nothing: Any = unasked(question)
        return nothing._replace(outcome=outcome)


def examples() -> Iterator[tuple[str, Scope, str]]:
    """Every example of every check: its name, what is looked at with all options on, the fragment."""
    for check in all_checks():
        for kind in ("Fires on", "Silent on", "Unknown on"):
            for n, (domain, settings, text) in enumerate(sections(check.manual, kind)):
                scope = scope_of(domain, settings)
                yield f"{check.id}, {kind} {n}", replace(scope, options=scope.options | OPTIONS), text


def verdicts(world: Torn, scope: Scope) -> tuple[dict[str, Status], list[Question]]:
    """Each check's word, and the questions that had an answer."""
    wanted = (c for c in all_checks() if not c.opt_in or c.opt_in in scope.options)
    case = world.case(dict.fromkeys(walk for c in wanted for walk in c.reads), scope)
    known = [q for q, answer in case.snapshot.answers.items() if not answer.unknown]
    return {v.check: v.status for v in judge(case, all_checks())}, known


@pytest.mark.parametrize("part", range(4))
def test_two_answers_lost_turn_no_verdict_round(part: int) -> None:
    """
    Neither a pass becomes a fail nor a fail a pass, whichever two answers do not come.
    """
    chance = random.Random(part)
    turned = []
    for name, scope, text in list(examples())[part * 6 :: EVERY]:
        world = Torn(text, ".".join(scope.domain.split(".")[-2:]))
        before, known = verdicts(world, scope)
        pairs = list(combinations(known, 2))
        for pair in chance.sample(pairs, min(PAIRS, len(pairs))):
            world.lost = {question: chance.choice(SILENCES) for question in pair}
            after, _ = verdicts(world, scope)
            turned += [(name, check, pair) for check in after if {before[check], after[check]} == TURNED]

    assert [] == turned


@pytest.mark.parametrize(
    ("check", "kind", "number", "lost"),
    [
        ("dns/servers-disagree", "Fires on", 0, ("ns1.dns.test", "A")),
        ("names/public-suffix", "Silent on", 1, ("example.co.uk", "MX")),
        ("dmarc/psd-y-misuse", "Silent on", 0, ("_dmarc.co.uk", "TXT")),
        ("dnssec/mx-host-unsigned", "Silent on", 1, ("example.com", "MX")),
    ],
)
def test_the_answers_that_once_turned_a_verdict(
    check: str, kind: str, number: int, lost: tuple[str, str]
) -> None:
    """
    Found by going through all examples: a name server without its address, a suffix without its MX or DMARC, whether the
    MX records of an unsigned domain validate.
    """
    _, scope, text = next(e for e in examples() if e[0] == f"{check}, {kind} {number}")
    world = Torn(text, ".".join(scope.domain.split(".")[-2:]))
    before, known = verdicts(world, scope)
    questions = [q for q in known if q[:2] == lost and not getattr(q, "server", "")]
    assert questions
    for question in questions:
        world.lost = {question: Outcome.TIMEOUT}
        after, _ = verdicts(world, scope)

        assert [] == [c for c in after if {before[c], after[c]} == TURNED]
