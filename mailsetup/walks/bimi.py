"""BIMI of a domain: the record at its default selector, and the files that it points to."""

from __future__ import annotations

from typing import NamedTuple, cast

from mailsetup.grammar.bimi import BimiRecord, is_bimi, is_https, parse_bimi
from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.dns import WebAnswer, WebQuestion
from mailsetup.model.walk import Walk

from .labelled_text import LabelledText, labelled_text

__all__ = ["BimiFiles", "BimiPublished", "bimi_files", "bimi_record"]

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


class BimiFiles(NamedTuple):
    """What the logo's and the certificate's addresses brought; None where there is no https address to ask."""

    published: BimiPublished
    logo_question: WebQuestion | None = None
    logo: WebAnswer | None = None
    evidence_question: WebQuestion | None = None
    evidence: WebAnswer | None = None


def bimi_files(domain: str) -> Walk[BimiFiles]:
    """The logo and the mark certificate, fetched in one round."""
    published = yield from bimi_record(domain)
    record = published.record
    if record is None:
        return BimiFiles(published)
    logo = WebQuestion(record.logo) if record.logo and is_https(record.logo) else None
    evidence = WebQuestion(record.evidence) if record.evidence and is_https(record.evidence) else None
    wanted = tuple(q for q in (logo, evidence) if q is not None)
    if not wanted:
        return BimiFiles(published)
    answers = yield tuple(dict.fromkeys(wanted))
    return BimiFiles(
        published,
        logo,
        cast(WebAnswer, answers[logo]) if logo is not None else None,
        evidence,
        cast(WebAnswer, answers[evidence]) if evidence is not None else None,
    )
