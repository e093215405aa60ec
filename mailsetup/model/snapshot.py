"""All answers about one domain at one time: what is judged, recorded and replayed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from .dns import Answer, DnsAnswer, DnsQuestion, Outcome, Question, Rdata
from .walk import Walk, replay

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """
    ``as_of`` is an ISO 8601 time in UTC; ``origin`` says in words where the answers came from.

    ``scope`` holds what the user asked to look at beyond the domain (selectors, sub-domains, ...).
    """

    domain: str
    as_of: str
    answers: Mapping[Question, Answer]
    origin: str = ""
    scope: Mapping[str, Any] = field(default_factory=dict)

    def read(self, walk: Walk[T]) -> T:
        """A walk's fact, from these answers alone."""
        return replay(walk, self.answers)

    def with_records(self, records: Mapping[tuple[str, str], tuple[Rdata, ...]], ttl: int = 300) -> Snapshot:
        """The same world with some record sets replaced; an empty set means no data."""
        answers = dict(self.answers)
        for (name, rdtype), rdata in records.items():
            outcome = Outcome.FOUND if rdata else Outcome.NO_DATA
            answers[DnsQuestion(name, rdtype)] = DnsAnswer(outcome, rdata, ttl=ttl, server="planned")
        return replace(self, answers=answers)
