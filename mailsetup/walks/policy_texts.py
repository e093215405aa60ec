"""The TXT records that mail policies are read from: at the domain and at its ``_dmarc`` name."""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.model.dns import TXT, DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.names import NAME_LIMIT
from mailsetup.model.walk import Walk, ask, ask_one

__all__ = ["TextSet", "apex_texts", "dmarc_texts", "policy_texts"]

_NOTHING = DnsAnswer(Outcome.NO_NAME)


class TextSet(NamedTuple):
    """The TXT records at one name, as they came."""

    name: str
    answer: DnsAnswer

    @property
    def question(self) -> DnsQuestion:
        """The question asked."""
        return DnsQuestion(self.name, "TXT")

    @property
    def records(self) -> tuple[TXT, ...]:
        """The records; empty both when there are none and when nobody knows."""
        return tuple(r for r in self.answer.records if type(r) is TXT)

    @property
    def spf(self) -> tuple[TXT, ...]:
        """The records that are SPF: ``v=spf1`` and then a space or the end (RFC 7208 section 4.5)."""
        return tuple(r for r in self.records if (r.text[:7] + " ")[:7].lower() == "v=spf1 ")

    @property
    def mail_policies(self) -> tuple[TXT, ...]:
        """The records that begin as SPF or DMARC records do."""
        return tuple(r for r in self.records if r.text[:8].lower().startswith(("v=spf1", "v=dmarc1")))


def apex_texts(domain: str) -> Walk[TextSet]:
    """The TXT records at the domain itself."""
    return TextSet(domain, (yield from ask_one(domain, "TXT")))


def dmarc_texts(domain: str) -> Walk[TextSet]:
    """The TXT records at the domain's own ``_dmarc`` name; none when that name would be too long to exist."""
    name = f"_dmarc.{domain}"
    if len(name) > NAME_LIMIT:
        return TextSet(name, _NOTHING)
    return TextSet(name, (yield from ask_one(name, "TXT")))


def policy_texts(domain: str) -> Walk[tuple[TextSet, ...]]:
    """Both sets, in one round."""
    name = f"_dmarc.{domain}"
    if len(name) > NAME_LIMIT:
        return ((yield from apex_texts(domain)),)
    apex, dmarc = yield from ask(DnsQuestion(domain, "TXT"), DnsQuestion(name, "TXT"))
    return TextSet(domain, apex), TextSet(name, dmarc)
