"""Whether the addresses a letter names can be answered: their domains exist and take mail (RFC 5321 section 5.1)."""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.model.dns import MX, DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.finding import Evidence
from mailsetup.model.walk import Walk, ask

HOST_LIMIT = 6  # domains asked about: From, Reply-To and Return-Path


class Reachable(NamedTuple):
    """One domain: ``takes_mail`` is None while open; ``null_mx`` that it says it takes none (RFC 7505)."""

    host: str
    takes_mail: bool | None
    exists: bool | None
    null_mx: bool = False
    evidence: tuple[Evidence, ...] = ()


def reachable(hosts: tuple[str, ...]) -> Walk[tuple[Reachable, ...]]:
    """Each domain's answer, all in one round."""
    names = tuple(dict.fromkeys(host for host in hosts if host))[:HOST_LIMIT]
    questions = [DnsQuestion(name, rdtype) for name in names for rdtype in ("MX", "A", "AAAA")]
    answers = dict(zip(questions, (yield from ask(*questions)), strict=True)) if questions else {}
    return tuple(_judged(name, answers) for name in names)


def _judged(name: str, answers: dict[DnsQuestion, DnsAnswer]) -> Reachable:
    questions = [DnsQuestion(name, rdtype) for rdtype in ("MX", "A", "AAAA")]
    mx, *addresses = (answers[q] for q in questions)
    evidence = tuple(Evidence(q, answers[q]) for q in questions)
    exchanges = [r.exchange for r in mx.records if type(r) is MX]
    if mx.unknown:
        return Reachable(name, None, None, evidence=evidence[:1])
    exists = mx.outcome is not Outcome.NO_NAME
    if exchanges:
        null = exchanges == [""]
        return Reachable(name, not null, True, null, evidence[:1])
    if any(a.found for a in addresses):
        return Reachable(name, True, True, evidence=evidence)
    unknown = exists and any(a.unknown for a in addresses)
    return Reachable(name, None if unknown else False, exists, evidence=evidence)
