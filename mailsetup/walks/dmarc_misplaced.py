"""A DMARC record that stands where no receiver looks: at the domain itself, at ``www``, or with the zone twice."""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.grammar.dmarc import is_dmarc
from mailsetup.model.dns import DnsAnswer, DnsQuestion
from mailsetup.model.names import NAME_LIMIT
from mailsetup.model.walk import Walk, ask

from .dmarc_record import DmarcPublished, dmarc_record

__all__ = ["MisplacedDmarc", "dmarc_misplaced"]


class MisplacedDmarc(NamedTuple):
    """
    ``own`` is what stands at the right name; ``elsewhere`` the (question, answer, text) of records found in wrong
    places, looked for only when the right name is known to hold no record.
    """

    own: DmarcPublished
    elsewhere: tuple[tuple[DnsQuestion, DnsAnswer, str], ...] = ()


def dmarc_misplaced(domain: str) -> Walk[MisplacedDmarc]:
    """
    Records at the domain, at ``www``, at ``_dmarc.www`` and at ``_dmarc.<domain>.<domain>``.

    A copy beside the right one never hides it: then nothing more is asked.
    """
    own = yield from dmarc_record(domain)
    if own.unknown or own.candidates:
        return MisplacedDmarc(own)
    names = (domain, f"www.{domain}", f"_dmarc.www.{domain}", f"_dmarc.{domain}.{domain}")
    questions = tuple(DnsQuestion(name, "TXT") for name in names if len(name) <= NAME_LIMIT)
    answers = yield from ask(*questions)
    found = (
        (question, answer, text)
        for question, answer in zip(questions, answers, strict=True)
        for text in answer.texts
        if is_dmarc(text)
    )
    return MisplacedDmarc(own, tuple(found))
