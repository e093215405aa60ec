"""What stands at a domain's own ``_dmarc`` name: one question (RFC 9989 section 4.5)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from mailsetup.grammar.dmarc import is_dmarc, near_miss, parse_dmarc
from mailsetup.grammar.tag_list import Tag, tag_list
from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome, dns_question
from mailsetup.model.finding import Evidence
from mailsetup.model.mail_records import DmarcRecord
from mailsetup.model.names import NAME_LIMIT
from mailsetup.model.parsed import Fault, Parsed
from mailsetup.model.walk import Walk, ask_one

__all__ = ["DmarcPublished", "dmarc_name", "dmarc_record", "published"]

TEXT_LIMIT: Final = 300  # TXT records looked at; a reply of 64 KB holds no more of use
NO_SUCH_NAME: Final = DnsAnswer(Outcome.NO_NAME)


class DmarcPublished(NamedTuple):
    """
    What the TXT records at ``_dmarc.<domain>`` say.

    ``candidates`` are the texts that begin with the version tag; with more than one, all are discarded
    (RFC 9989 section 4.10). ``near_misses`` are (code, text) of those that were meant as a record and are
    none. ``parsed`` is the only candidate, read. All are empty when the answer is unknown.
    """

    domain: str
    question: DnsQuestion
    answer: DnsAnswer
    candidates: tuple[str, ...] = ()
    near_misses: tuple[tuple[str, str], ...] = ()
    parsed: Parsed[DmarcRecord] | None = None

    @property
    def record(self) -> DmarcRecord | None:
        """The record, if there is exactly one."""
        return self.parsed.value if self.parsed is not None else None

    @property
    def text(self) -> str:
        """The only record's text, else nothing."""
        return self.candidates[0] if len(self.candidates) == 1 else ""

    @property
    def unknown(self) -> bool:
        """Whether nobody could say what stands there."""
        return self.answer.unknown

    @property
    def aliases(self) -> tuple[str, ...]:
        """The CNAMEs followed; they are legal here."""
        return self.answer.aliases

    @property
    def owner(self) -> str:
        """The name at which the record is edited: the last alias, or the ``_dmarc`` name itself."""
        return self.answer.aliases[-1] if self.answer.aliases else self.question.name

    def tag(self, name: str) -> Tag | None:
        """A tag of the record as it was written."""
        return tag_list(self.text, fold_case=True).get(name) if self.text else None

    def faults(self, *codes: str) -> tuple[Fault, ...]:
        """The record's faults with these codes."""
        found = self.parsed.faults if self.parsed is not None else ()
        return tuple([f for f in found if f.code in codes]) if found else ()

    def evidence(self, span: tuple[int, int] | None = None) -> Evidence:
        """The question with its answer, and the words meant where a span of ``text`` is given."""
        return Evidence(self.question, self.answer, self.text[span[0] : span[1]] if span else self.text, span)


def dmarc_name(domain: str) -> str:
    """The name a DMARC record for a domain stands at."""
    return f"_dmarc.{domain}"


def dmarc_record(domain: str) -> Walk[DmarcPublished]:
    """What a domain publishes itself; nothing is inherited here."""
    question = dns_question(dmarc_name(domain), "TXT")
    if len(question.name) > NAME_LIMIT:
        return DmarcPublished(domain, question, NO_SUCH_NAME)
    return published(domain, (yield from ask_one(question.name, "TXT")))


@lru_cache(maxsize=1024)
def published(domain: str, answer: DnsAnswer) -> DmarcPublished:
    """What a TXT answer at a domain's ``_dmarc`` name says; read once, for several walks ask the same."""
    question = dns_question(dmarc_name(domain), "TXT")
    if not answer.found:
        return DmarcPublished(domain, question, answer)
    texts = answer.texts[:TEXT_LIMIT]
    candidates = tuple(text for text in texts if is_dmarc(text))
    misses = ((near_miss(text), text) for text in texts)
    return DmarcPublished(
        domain,
        question,
        answer,
        candidates,
        tuple(miss for miss in misses if miss[0]),
        parse_dmarc(candidates[0]) if len(candidates) == 1 else None,
    )
