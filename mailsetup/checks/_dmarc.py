"""What checks of DMARC share: the record as it should be, and the words of a tag as evidence."""

from __future__ import annotations

import re

from mailsetup.grammar.dmarc import parse_dmarc
from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.grammar.tag_list import amended
from mailsetup.grammar.txt import presentation
from mailsetup.model.finding import Evidence, Fix
from mailsetup.walks.dmarc_record import DmarcPublished, dmarc_name

_VERSION = re.compile(r"v\s*=\s*[\"']?\s*dmarc\s*1?\s*;?", re.IGNORECASE)


def amended_record(own: DmarcPublished, *, drop: tuple[str, ...] = (), **tags: str) -> Fix:
    """The domain's record with some tags dropped or set, the rest as its owner wrote it."""
    return Fix(own.owner, "TXT", (presentation(amended(own.text, drop=drop, **tags)),))


def new_record(domain: str, policy: str = "none") -> Fix:
    """
    A first record for a domain, at its organizational domain, so that sub-domains are covered.

    Reports go to the postmaster, the one mailbox every domain with mail has (RFC 5321 section 4.5.1).
    """
    organization = organizational_domain(domain)
    text = f"v=DMARC1; p={policy}"
    if policy == "none":
        text += f"; rua=mailto:postmaster@{organization}"
    return Fix(dmarc_name(organization), "TXT", (presentation(text),))


def repaired_record(own: DmarcPublished, text: str) -> Fix | None:
    """A text that was meant as a record, with its version in order; None if that does not make it one."""
    rest = _VERSION.sub("", text.strip(" \t\"'"), count=1).strip(" ;\t")
    whole = f"v=DMARC1; {rest}"
    parsed = parse_dmarc(whole)
    if parsed.value is None or not parsed.value.applies or not parsed.valid:
        return None
    return Fix(own.owner, "TXT", (presentation(whole),))


def mildest(texts: tuple[str, ...]) -> str:
    """Of several records the one that asks for least, since until now none of them counted."""

    def weight(text: str) -> tuple[int, bool, str]:
        record = parse_dmarc(text).value
        policy = record.policy if record is not None else None
        return (9 if policy is None else policy.strength, not (record and record.aggregate_reports), text)

    return min(texts, key=weight)


def tag_evidence(own: DmarcPublished, name: str) -> Evidence:
    """The answer, with a tag of the record marked."""
    tag = own.tag(name)
    return own.evidence(None if tag is None else tag.span)


def value_of(own: DmarcPublished, name: str) -> str:
    """A tag's value as written, ``""`` if it is not there."""
    tag = own.tag(name)
    return "" if tag is None else tag.value
