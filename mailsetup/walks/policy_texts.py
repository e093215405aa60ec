"""The TXT records that mail policies are read from: at the domain and at its ``_dmarc`` name."""

from __future__ import annotations

from typing import Final, NamedTuple

from mailsetup.model.dns import TXT, DnsAnswer, DnsQuestion, Outcome, dns_question
from mailsetup.model.names import NAME_LIMIT
from mailsetup.model.walk import Walk, ask, ask_one

__all__ = ["TextSet", "apex_texts", "dmarc_texts", "policy_texts"]

_NOTHING: Final = DnsAnswer(Outcome.NO_NAME)


class TextSet(NamedTuple):
    """
    The TXT records at one name; all three are empty both when there are none and when nobody knows.

    ``spf`` are the records that are SPF: ``v=spf1`` and then a space or the end (RFC 7208 section 4.5);
    ``mail_policies`` those that begin as SPF or DMARC records do, readable or not.
    """

    name: str
    answer: DnsAnswer
    records: tuple[TXT, ...]
    spf: tuple[TXT, ...]
    mail_policies: tuple[TXT, ...]

    @property
    def question(self) -> DnsQuestion:
        """The question asked."""
        return dns_question(self.name, "TXT")


def _text_set(name: str, answer: DnsAnswer) -> TextSet:
    records = tuple(r for r in answer.records if type(r) is TXT)
    policies = tuple(r for r in records if r.text[:8].lower().startswith(("v=spf1", "v=dmarc1")))
    spf = tuple(r for r in policies if (r.text[:7] + " ")[:7].lower() == "v=spf1 ")
    return TextSet(name, answer, records, spf, policies)


def apex_texts(domain: str) -> Walk[TextSet]:
    """The TXT records at the domain itself."""
    return _text_set(domain, (yield from ask_one(domain, "TXT")))


def dmarc_texts(domain: str) -> Walk[TextSet]:
    """The TXT records at the domain's own ``_dmarc`` name; none when that name would be too long to exist."""
    name = f"_dmarc.{domain}"
    if len(name) > NAME_LIMIT:
        return _text_set(name, _NOTHING)
    return _text_set(name, (yield from ask_one(name, "TXT")))


def policy_texts(domain: str) -> Walk[tuple[TextSet, ...]]:
    """Both sets, in one round."""
    name = f"_dmarc.{domain}"
    if len(name) > NAME_LIMIT:
        return ((yield from apex_texts(domain)),)
    apex, dmarc = yield from ask(dns_question(domain, "TXT"), dns_question(name, "TXT"))
    return _text_set(domain, apex), _text_set(name, dmarc)
