"""What checks of DKIM share: the keys worth judging, and a key's record as it should be."""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.grammar.dkim import parse_dkim_key
from mailsetup.grammar.tag_list import amended, tag_list
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.finding import Fix
from mailsetup.model.mail_records import DkimKey
from mailsetup.model.parsed import Fault
from mailsetup.walks.dkim_keys import PublishedKey, dkim_keys

PIECES_LIMIT = 8  # a key record has eight known tags (RFC 6376 section 3.6.1, RFC 4871 section 3.6.1)


def usable_keys(case: Case) -> Iterator[tuple[PublishedKey, DkimKey]]:
    """The keys found that a verifier would use: readable, not revoked, and alone at their selector."""
    for found in case.read(dkim_keys).found:
        key = found.key
        if key is not None and not key.revoked and len(found.texts) == 1:
            yield found, key


def faulty_keys(case: Case, code: str) -> Iterator[tuple[PublishedKey, Fault]]:
    """The keys found, alone at their selector, whose text has a fault of this code, each with the first such fault."""
    for found in case.read(dkim_keys).found:
        if len(found.texts) == 1:
            for fault in found.faults(code)[:1]:
                yield found, fault


def amended_key(found: PublishedKey, *, drop: tuple[str, ...] = (), **tags: str) -> Fix | None:
    """The key's record with some tags dropped or set; None where a CNAME says that somebody else publishes it."""
    if found.aliases:
        return None
    return Fix(found.owner, "TXT", (presentation(amended(found.text, drop=drop, **tags)),))


def with_version(found: PublishedKey) -> Fix | None:
    """The key's record with v=DKIM1 in front; None where a CNAME says that somebody else publishes it."""
    if found.aliases:
        return None
    return Fix(found.owner, "TXT", (presentation(f"v=DKIM1; {amended(found.text, drop=('v',))}"),))


def joined_pieces(texts: tuple[str, ...]) -> str:
    """The key whose pieces a panel cut at the semicolons and published as records of their own; ``""`` if they are not."""
    names = [{tag.name for tag in tag_list(text).tags} for text in texts[: PIECES_LIMIT + 1]]
    if len(names) > PIECES_LIMIT or any({"v", "p"} <= name for name in names):
        return ""
    pieces = sorted((text.strip(" ;\t") for text in texts), key=lambda t: ("vkhstnp".find(t[:1]), t))
    whole = "; ".join(pieces)
    return whole if parse_dkim_key(whole).valid else ""
