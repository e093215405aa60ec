"""A DMARC record that stands where no receiver looks: at the domain itself, at ``www``, or with the zone twice."""

from __future__ import annotations

import re
from typing import NamedTuple

from mailsetup.grammar.dmarc import is_dmarc
from mailsetup.grammar.spf import is_spf
from mailsetup.model.dns import DnsAnswer, DnsQuestion, dns_question
from mailsetup.model.names import NAME_LIMIT
from mailsetup.model.walk import Walk, ask

from .dmarc_record import DmarcPublished, dmarc_record

__all__ = ["MisplacedDmarc", "behind_spf", "dmarc_misplaced"]


TEXT_LIMIT = 4096  # octets of one text looked at; a record of either kind is a tenth of that
_SECOND_VERSION = re.compile(r"\s[\s;]*(v\s*=\s*DMARC1)", re.IGNORECASE)


class MisplacedDmarc(NamedTuple):
    """
    ``own`` is what stands at the right name; ``elsewhere`` the (question, answer, text) of records found in wrong
    places, looked for only when the right name is known to hold no record.
    """

    own: DmarcPublished
    elsewhere: tuple[tuple[DnsQuestion, DnsAnswer, str], ...] = ()


def dmarc_misplaced(domain: str) -> Walk[MisplacedDmarc]:
    """
    Records at the domain, alone or behind an SPF record, at ``www``, at ``_dmarc.www``, at ``_dmarc.<domain>.<domain>``
    and at ``dmarc`` without its underscore.

    A copy beside the right one never hides it: then nothing more is asked.
    """
    own = yield from dmarc_record(domain)
    if own.unknown or own.candidates:
        return MisplacedDmarc(own)
    names = (domain, f"www.{domain}", f"_dmarc.www.{domain}", f"_dmarc.{domain}.{domain}", f"dmarc.{domain}")
    questions = tuple(dns_question(name, "TXT") for name in names if len(name) <= NAME_LIMIT)
    answers = yield from ask(*questions)
    found = (
        (question, answer, text)
        for question, answer in zip(questions, answers, strict=True)
        for text in answer.texts
        if is_dmarc(text)
    )
    glued = (
        (questions[0], answers[0], text[:TEXT_LIMIT])
        for text in answers[0].texts
        if behind_spf(text[:TEXT_LIMIT])
    )
    return MisplacedDmarc(own, (*found, *glued))


def behind_spf(text: str) -> str:
    """The DMARC record that was pasted behind an SPF record into one text; ``""`` if none was."""
    place = _SECOND_VERSION.search(text) if is_spf(text) else None
    record = text[place.end() - len(place[1]) :] if place is not None else ""
    return record if is_dmarc(record) else ""
