"""What checks of DKIM share: the keys worth judging, and a key's record as it should be."""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.grammar.tag_list import amended
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.finding import Fix
from mailsetup.model.mail_records import DkimKey
from mailsetup.model.parsed import Fault
from mailsetup.walks.dkim_keys import PublishedKey, dkim_keys


def usable_keys(case: Case) -> Iterator[tuple[PublishedKey, DkimKey]]:
    """The keys found that a verifier would use: readable and not revoked."""
    for found in case.read(dkim_keys).found:
        key = found.key
        if key is not None and not key.revoked:
            yield found, key


def faulty_keys(case: Case, code: str) -> Iterator[tuple[PublishedKey, Fault]]:
    """The keys found whose text has a fault of this code, each with the first such fault."""
    for found in case.read(dkim_keys).found:
        for fault in found.faults(code)[:1]:
            yield found, fault


def amended_key(found: PublishedKey, *, drop: tuple[str, ...] = (), **tags: str) -> Fix | None:
    """The key's record with some tags dropped or set; None where a CNAME says that somebody else publishes it."""
    if found.aliases:
        return None
    return Fix(found.owner, "TXT", (presentation(amended(found.text, drop=drop, **tags)),))
