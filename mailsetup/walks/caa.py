"""The CAA records that govern certificates for a domain: its own, else the nearest above (RFC 8659 section 3)."""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.dns import CAA, DnsAnswer, DnsQuestion, Outcome, dns_question
from mailsetup.model.names import labels
from mailsetup.model.walk import Walk, ask

__all__ = ["CaaRecords", "caa_records"]

CLIMB_LIMIT = 8  # names asked from the domain up to its organizational domain, which may have more labels
RECORDS_LIMIT = 50


class CaaRecords(NamedTuple):
    """``found_at`` is where the records stand, ``""`` when there are none or nobody knows."""

    found_at: str
    question: DnsQuestion
    answer: DnsAnswer
    records: tuple[CAA, ...] = ()

    def values(self, tag: str) -> tuple[str, ...]:
        """The values of a property in their order; tags are compared without regard to case."""
        return tuple(r.value.decode("latin-1").strip() for r in self.records if r.tag.lower() == tag)


def caa_records(domain: str) -> Walk[CaaRecords]:
    """
    The relevant records of a domain; all names up to its organizational domain are asked at once.

    An unknown answer below the first records found leaves it open which set counts, so it ends the climb.
    """
    top = organizational_domain(domain) or domain
    parts = labels(domain)
    depth = max(1, len(parts) - len(labels(top)) + 1)
    names = [".".join(parts[i:]) for i in range(min(depth, CLIMB_LIMIT))]
    questions = tuple(dns_question(name, "CAA") for name in names)
    if not questions:
        return CaaRecords("", dns_question(domain, "CAA"), DnsAnswer(Outcome.NO_NAME))
    answers = yield from ask(*questions)
    for question, answer in zip(questions, answers, strict=True):
        records = tuple(r for r in answer.records if type(r) is CAA)[:RECORDS_LIMIT]
        if records or answer.unknown:
            return CaaRecords(question.name if records else "", question, answer, records)
    return CaaRecords("", questions[0], answers[0])
