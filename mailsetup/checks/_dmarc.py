"""What checks of DMARC share: the record as it should be, and the words of a tag as evidence."""

from __future__ import annotations

import re

from mailsetup.grammar.dmarc import parse_dmarc
from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.grammar.tag_list import amended
from mailsetup.grammar.txt import presentation, unquoted
from mailsetup.model.case import Case
from mailsetup.model.finding import Evidence, Fix
from mailsetup.model.message import phrase
from mailsetup.model.patterns import late
from mailsetup.walks.dmarc_record import DmarcPublished, dmarc_name
from mailsetup.walks.dmarc_tree import DmarcDiscovery, dmarc_tree
from mailsetup.walks.mx_records import MxRecords, mx_records

_COMMA = late(r"\s*,\s*(?=[a-z]+\s*=)", re.IGNORECASE)  # where a semicolon belongs between two tags
_ADDRESS_ALONE = late(r"(\bru[af]\s*=[^;]*?)\s*;\s*(mailto:[^;=\s]+)(?=\s*(?:;|\Z))", re.IGNORECASE)
_VERSION = late(r"v\s*=\s*[\"']?\s*dmarc\s*1?\s*;?", re.IGNORECASE)


def amended_record(own: DmarcPublished, *, drop: tuple[str, ...] = (), **tags: str) -> Fix:
    """The domain's record with some tags dropped or set, the rest as its owner wrote it."""
    return Fix(own.owner, "TXT", (presentation(amended(own.text, drop=drop, **tags)),))


def new_record(domain: str, *, reports: bool = True) -> Fix:
    """
    A first record for a domain, at its organizational domain, so that sub-domains are covered.

    ``reports`` go to the postmaster, the one mailbox every domain with mail has (RFC 5321 section 4.5.1).
    """
    organization = organizational_domain(domain)
    text = "v=DMARC1; p=none"
    if reports:
        text += f"; rua=mailto:postmaster@{organization}"
    return Fix(dmarc_name(organization), "TXT", (presentation(text),))


def no_postmaster(case: Case) -> bool:
    """Whether it is known that the domain names no mail host, so that reports to its postmaster would bounce."""
    mx: MxRecords = case.read(mx_records)
    return not mx.unknown and not mx.exchanges


def governs_below(case: Case) -> bool:
    """Whether names below the domain follow its own record: only if it is the Organizational Domain (RFC 9989 section 4.7)."""
    if organizational_domain(case.domain) == case.domain:
        return True
    tree: DmarcDiscovery = case.read(dmarc_tree)
    return tree.organizational_domain == case.domain


def never_counted(text: str) -> bool:
    """Whether a text that receivers have passed over until now asks for more than to watch."""
    record = parse_dmarc(text).value
    return record is not None and record.policy is not None and record.policy.strength > 0


NEVER_COUNTED = phrase(
    "{advice} No receiver has applied its policy until now: say p=none at first, and read the reports before you "
    "ask for more."
)
"""What is said beside the mended form of such a text."""


def repaired_text(text: str) -> str:
    """A text that was meant as a record, with its version in order; ``""`` if that does not make it one."""
    plain = unquoted(text.replace("\\;", ";"))  # master-file escapes that a panel took as they stood
    rest = _VERSION.sub("", plain, count=1).strip(" ;,\t")
    for meant in (rest, _COMMA.sub("; ", rest)):
        whole = f"v=DMARC1; {meant}"
        parsed = parse_dmarc(whole)
        if parsed.value is not None and parsed.value.applies and parsed.valid:
            return whole
    return ""


def joined_addresses(text: str) -> str:
    """The record with report addresses that stand alone between semicolons put behind the ones before them."""
    return _ADDRESS_ALONE.sub(r"\1,\2", text)


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
