"""The SPF record of one name: what stands in its TXT records and what only looks like SPF (RFC 7208 section 4.5)."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from mailsetup.grammar.spf import is_spf, parse_spf
from mailsetup.model.dns import TXT, DnsAnswer, DnsQuestion, dns_question
from mailsetup.model.finding import Evidence
from mailsetup.model.parsed import Parsed
from mailsetup.model.records import SpfRecord
from mailsetup.model.walk import Walk, ask

CANDIDATE_LIMIT = 300  # TXT records looked at; RFC 7208 sets none, a reply of 64 KB holds no more of use

_NEARLY: Final = re.compile(r"[\s\xa0\"'\u201c\u201d\xe2\x80\x9c\xef\xbb\xbf]*v\s*=\s*spf", re.IGNORECASE)


class NearMiss(StrEnum):
    """Why a TXT record that was meant as SPF is none."""

    LEADING = "leading"  # white space or a quotation mark before v=spf1
    VERSION = "version"  # v=spf10, v=spf1; v=spf2: no space or end after v=spf1
    SENDER_ID = "sender id"  # spf2.0/..., the obsolete Sender ID of RFC 4406


class SpfPublished(NamedTuple):
    """
    What the TXT records of one name say about SPF.

    ``texts`` are the SPF records (exactly one is right), ``near_misses`` the records that were
    perhaps meant as one; ``parsed`` is the only record read, None when there is none or are several.
    All are empty when the answer is unknown: ask ``answer.unknown`` or ``absent`` first.
    """

    name: str
    question: DnsQuestion
    answer: DnsAnswer
    texts: tuple[str, ...] = ()
    near_misses: tuple[tuple[NearMiss, str], ...] = ()
    parsed: Parsed[SpfRecord] | None = None

    @property
    def absent(self) -> bool:
        """Whether it is known that the name has no SPF record at all."""
        return not self.texts and not self.answer.unknown

    @property
    def record(self) -> SpfRecord | None:
        """The record when there is exactly one and nothing is wrong with it."""
        return self.parsed.value if self.parsed is not None and self.parsed.valid else None

    @property
    def text(self) -> str:
        """The only record's text, else nothing."""
        return self.texts[0] if len(self.texts) == 1 else ""

    def evidence(self, span: tuple[int, int] | None = None) -> Evidence:
        """The question with its answer, and the words meant where a span of ``text`` is given."""
        quote = self.text[span[0] : span[1]] if span else self.text
        return Evidence(self.question, self.answer, quote, span)


def spf_record(domain: str) -> Walk[SpfPublished]:
    """The SPF record of a domain, from one question."""
    question = dns_question(domain, "TXT")
    (answer,) = yield from ask(question)
    return published(question, answer)


@lru_cache(maxsize=1024)
def published(question: DnsQuestion, answer: DnsAnswer) -> SpfPublished:
    """What a TXT answer says about SPF; read once, for several walks ask the same."""
    texts: list[str] = []
    near: list[tuple[NearMiss, str]] = []
    for record in answer.records[:CANDIDATE_LIMIT]:
        if type(record) is not TXT:
            continue
        text = record.text
        if is_spf(text):
            texts.append(text)
        elif "spf" in text[:24].lower():
            miss = _near_miss(text)
            if miss is not None:
                near.append((miss, text))
    parsed = parse_spf(texts[0]) if len(texts) == 1 else None
    return SpfPublished(question.name, question, answer, tuple(texts), tuple(near), parsed)


def _near_miss(text: str) -> NearMiss | None:
    if text[:5].lower() == "spf2.":
        return NearMiss.SENDER_ID
    found = _NEARLY.match(text)
    if found is None:
        return None
    return NearMiss.VERSION if text[0] in "vV" else NearMiss.LEADING


def spf_type99(domain: str) -> Walk[DnsAnswer]:
    """The answer for the abandoned record type SPF, number 99 (RFC 7208 section 3.1)."""
    (answer,) = yield from ask(dns_question(domain, "SPF"))
    return answer
