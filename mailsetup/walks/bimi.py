"""BIMI of a domain: the record at its default selector, and the files that it points to."""

from __future__ import annotations

from typing import NamedTuple, cast

from mailsetup.grammar.bimi import BimiRecord, is_bimi, is_https, parse_bimi
from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.dns import WebAnswer, WebQuestion
from mailsetup.model.walk import Walk

from .labelled_text import LabelledText, labelled_text

__all__ = ["BimiFile", "BimiPublished", "bimi_evidence", "bimi_logo", "bimi_record"]

LABEL = "default._bimi"


class BimiPublished(NamedTuple):
    """
    The record that counts for a domain: its own, else the organizational domain's.

    ``found`` is what was published where the record stands, or at the domain itself when there is none;
    ``own`` what stands at the domain; ``record`` is None when there is none, are several, or nobody knows.
    """

    own: LabelledText
    found: LabelledText
    record: BimiRecord | None = None


def bimi_record(domain: str) -> Walk[BimiPublished]:
    """One question; a second one to the organizational domain when the domain is known to have no record."""
    own = yield from labelled_text(LABEL, domain, is_bimi)
    found = own
    above = organizational_domain(domain)
    if own.missing and above and above != domain:
        found = yield from labelled_text(LABEL, above, is_bimi)
        if not found.candidates and not found.unknown:
            found = own
    return BimiPublished(own, found, parse_bimi(found.text) if found.text else None)


class BimiFile(NamedTuple):
    """What one of the record's addresses brought; ``answer`` is None where there is no https address to ask."""

    published: BimiPublished
    question: WebQuestion | None = None
    answer: WebAnswer | None = None


def bimi_logo(domain: str) -> Walk[BimiFile]:
    """The logo (l=)."""
    published = yield from bimi_record(domain)
    return (yield from _file(published, published.record.logo if published.record is not None else None))


def bimi_evidence(domain: str) -> Walk[BimiFile]:
    """The mark certificate (a=)."""
    published = yield from bimi_record(domain)
    return (yield from _file(published, published.record.evidence if published.record is not None else None))


def _file(published: BimiPublished, uri: str | None) -> Walk[BimiFile]:
    if not uri or not is_https(uri):
        return BimiFile(published)
    question = WebQuestion(uri)
    answers = yield (question,)
    return BimiFile(published, question, cast(WebAnswer, answers[question]))
