"""The SPF records of the domain's own sending hosts, whose names stand in HELO (RFC 7208 sections 2.3 and 10.1.3)."""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.grammar.spf_macro import is_askable, target_name
from mailsetup.model.dns import Outcome, dns_question
from mailsetup.model.names import is_within
from mailsetup.model.records import SpfRecord
from mailsetup.model.walk import Walk, ask

from .mx_records import mx_records
from .spf_record import SpfPublished, published, spf_record

HOST_LIMIT = 10  # hosts looked at; as many as receivers look up for one mx term, RFC 7208 section 4.6.4


class SpfHelo(NamedTuple):
    """``hosts`` are what the sending hosts inside the domain publish, each once; hosts elsewhere are not ours."""

    hosts: tuple[SpfPublished, ...] = ()

    @property
    def bare(self) -> tuple[SpfPublished, ...]:
        """The hosts that exist and are known to have no SPF record."""
        return tuple(h for h in self.hosts if h.absent and h.answer.outcome is not Outcome.NO_NAME)


def spf_helo(domain: str) -> Walk[SpfHelo]:
    """The hosts inside the domain that its SPF record names with ``a:`` and ``mx``, and their own records."""
    found = yield from spf_record(domain)
    if found.record is None:
        return SpfHelo()
    names, with_mx = _named(found.record, domain)
    if with_mx:
        mx = yield from mx_records(domain)
        names += mx.exchanges
    inside = [n for n in dict.fromkeys(names) if n != domain and is_within(n, domain) and is_askable(n)]
    questions = tuple(dns_question(name, "TXT") for name in inside[:HOST_LIMIT])
    if not questions:
        return SpfHelo()
    answers = yield from ask(*questions)
    return SpfHelo(tuple(published(q, a) for q, a in zip(questions, answers, strict=True)))


def _named(record: SpfRecord, domain: str) -> tuple[tuple[str, ...], bool]:
    """The hosts of ``a:`` terms that may send, and whether the domain's own MX hosts may."""
    names: list[str] = []
    with_mx = False
    for index in record.lookups:
        term = record.terms[index]
        target = target_name(term.argument, domain, domain) if term.name in ("a", "mx") else None
        if target is None or getattr(term, "qualifier", "+") != "+":
            continue
        if term.name == "a":
            names.append(target)
        elif target == domain:
            with_mx = True
    return tuple(names), with_mx
