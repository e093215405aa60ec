"""Reaching hosts by the run's own answers: addresses of a name, and whether a port is blocked from here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.dns import Answer, DnsAnswer, DnsQuestion, Outcome, Question

from .source import Pending

UNRELATED = 2  # operators that must have failed before a port counts as blocked from here
ADDRESSES_LIMIT = 2  # tried for one host

Ask = Callable[[Question], Pending]


async def answer_to(ask: Ask, question: Question) -> Answer:
    """A source's answer, awaited where it is not there yet."""
    pending = ask(question)
    return pending if isinstance(pending, tuple) else await pending


async def addresses_of(ask: Ask, host: str) -> tuple[list[str], Outcome]:
    """The first addresses of a host, IPv4 before IPv6, and how the questions ended."""
    answers = await asyncio.gather(*(answer_to(ask, DnsQuestion(host, rdtype)) for rdtype in ("A", "AAAA")))
    found = [
        record
        for answer in answers
        if isinstance(answer, DnsAnswer)
        for record in answer.records
        if isinstance(record, str)
    ]
    outcome = next((a.outcome for a in answers if a.outcome is not Outcome.FOUND), Outcome.FOUND)
    return found[:ADDRESSES_LIMIT], outcome


class Blocked:
    """
    Whether a port is blocked from here: hosts of unrelated operators were tried, and none answered.

    Once it is, nobody else is waited for; one host that answers settles that it is not.
    """

    def __init__(self) -> None:
        self.silent: set[str] = set()
        self.answered = False

    def __bool__(self) -> bool:
        return not self.answered and len(self.silent) >= UNRELATED

    def failed(self, host: str) -> None:
        """A host could not be reached."""
        self.silent.add(organizational_domain(host))

    def reached(self) -> None:
        """A host answered."""
        self.answered = True
