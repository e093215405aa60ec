"""The MX records of a domain: exchanges in order, and whether it takes mail at all (RFC 5321 section 5.1)."""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.model.dns import MX, DnsAnswer, DnsQuestion, dns_question
from mailsetup.model.walk import Walk, ask_one

__all__ = ["MxRecords", "mx_records"]


class MxRecords(NamedTuple):
    """
    ``records`` are sorted by preference and exchange; duplicates stay. ``exchanges`` are the hosts
    that take the mail, each once, best preference first; the null MX is none of them.

    An exchange of ``""`` is the null MX (RFC 7505 section 3). ``records`` is empty both when
    there are none and when nobody knows: ``absent`` and ``unknown`` keep the two apart.
    """

    domain: str
    answer: DnsAnswer
    records: tuple[MX, ...]
    exchanges: tuple[str, ...]

    @property
    def question(self) -> DnsQuestion:
        """The question asked."""
        return dns_question(self.domain, "MX")

    @property
    def duplicates(self) -> tuple[str, ...]:
        """Exchanges listed more than once."""
        if len(self.exchanges) == len(self.records):
            return ()
        listed = [r.exchange for r in self.records if r.exchange]
        return tuple(dict.fromkeys(e for e in listed if listed.count(e) > 1))

    @property
    def has_null(self) -> bool:
        """Whether a null MX stands among the records."""
        return any(not r.exchange for r in self.records)

    @property
    def null_only(self) -> bool:
        """Whether the null MX is all there is: the domain takes no mail (RFC 7505 section 3)."""
        return self.has_null and not self.exchanges

    @property
    def stands_here(self) -> bool:
        """Whether MX records stand at the domain itself: then it exists, is delegated, and is no alias."""
        return self.answer.found and not self.answer.aliases

    @property
    def absent(self) -> bool:
        """Whether it is known that there is no MX record."""
        return self.answer.absent

    @property
    def unknown(self) -> bool:
        """Whether nobody could say."""
        return self.answer.unknown


def mx_records(domain: str) -> Walk[MxRecords]:
    """The MX records of a domain."""
    answer = yield from ask_one(domain, "MX")
    records = tuple(sorted(r for r in answer.records if type(r) is MX))
    return MxRecords(domain, answer, records, tuple(dict.fromkeys(r.exchange for r in records if r.exchange)))
