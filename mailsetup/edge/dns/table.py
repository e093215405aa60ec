"""Answers kept for a while, shared by all domains of a run, in bounded memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Final

from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome, Question

GENERATION: Final = 8192  # answers; twice that many are kept at most
LONGEST: Final = 86_400  # seconds, RFC 2308 section 5 speaks of a day as the sensible most
UNSAID: Final = 5  # seconds that absence without a SOA is kept (RFC 2308 section 5 would not keep it at all)
FAILURE: Final = 5  # seconds that a failure is kept, RFC 9520 section 3.2


class Table:
    """
    Two generations of answers: when the young one is full, what nobody used since the last time is dropped.

    A domain's own names are asked for once and go; parents, include targets and mail hosts that
    many domains share stay.
    """

    __slots__ = ("_old", "_young", "let_go")

    def __init__(self) -> None:
        self.let_go: Callable[[DnsQuestion], None] | None = None  # who wants to know what is kept no longer
        self._young: dict[DnsQuestion, tuple[float, DnsAnswer]] = {}
        self._old: dict[DnsQuestion, tuple[float, DnsAnswer]] = {}

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def get(self, question: DnsQuestion) -> DnsAnswer | None:
        """The answer, while its time to live lasts."""
        kept = self._young.get(question)
        if kept is None:
            kept = self._old.pop(question, None)
            if kept is None:
                return None
            self._young[question] = kept
        if kept[0] < time.monotonic():
            del self._young[question]
            if self.let_go is not None:
                self.let_go(question)
            return None
        return kept[1]

    def left(self, question: DnsQuestion) -> float:
        """Seconds for which an answer that is here will still be kept."""
        kept = self._young.get(question)
        return kept[0] - time.monotonic() if kept is not None else 0.0

    def keep(self, question: DnsQuestion, answer: DnsAnswer, left: float = -1.0) -> None:
        """Keeps an answer for its time to live, or for the ``left`` seconds of it; failures for a short time only."""
        ttl: float | None = answer.ttl  # of failures none is told
        if left >= 0.0:
            ttl = left
        if ttl is None:
            ttl = FAILURE if answer.unknown else UNSAID
        elif ttl > LONGEST:
            ttl = LONGEST
        elif ttl == 0:
            if self.let_go is not None:
                self.let_go(question)
            return
        if len(self._young) >= GENERATION:
            if self.let_go is not None:
                for gone in self._old:
                    self.let_go(gone)
            self._old = self._young
            self._young = {}
        self._young[question] = (time.monotonic() + ttl, answer)

    def drop(self, questions: Iterable[Question], within: str) -> None:
        """
        Lets go of answers about names at or below ``within``, whose domain is judged and done.

        Only once the table fills up: until then nothing is gained, and a sub-domain may still ask for them.
        """
        if len(self._young) < GENERATION // 2:
            return
        below = "." + within
        for question in questions:
            if type(question) is DnsQuestion and (question.name == within or question.name.endswith(below)):
                self._young.pop(question, None)
                if self.let_go is not None:
                    self.let_go(question)

    def drop_time_outs(self) -> None:
        """Lets go of what nobody answered, so that it is asked again."""
        for generation in (self._young, self._old):
            for question in [q for q, kept in generation.items() if kept[1].outcome is Outcome.TIMEOUT]:
                del generation[question]

    def forget(self) -> None:
        """Drops everything, so that the world is asked afresh."""
        self._young.clear()
        self._old.clear()
