"""What checks of DKIM share: the keys worth judging, and a key's record as it should be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mailsetup.grammar.dkim import declared_octets, looks_like_key, parse_dkim_key
from mailsetup.grammar.tag_list import amended, tag_list
from mailsetup.grammar.txt import presentation, unquoted
from mailsetup.model.case import Case
from mailsetup.model.finding import Fix
from mailsetup.model.mail_records import DkimKey
from mailsetup.model.parsed import Fault
from mailsetup.model.patterns import late
from mailsetup.walks.dkim_keys import PublishedKey, dkim_keys

_FILE_LINES = late(r"-+\s*(?:BEGIN|END)[A-Z ]*PUBLIC KEY\s*-+|\\n", re.IGNORECASE)  # RFC 7468 section 13
PIECES_LIMIT = 8  # a key record has eight known tags (RFC 6376 section 3.6.1, RFC 4871 section 3.6.1)

HALVES = 2  # a 2048-bit key is longer than one string of 255 octets and fits two (RFC 1035 section 3.3.14)


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
    plain = found.text.replace("\\;", ";")  # a master file's escapes that a panel took as they stood
    return Fix(found.owner, "TXT", (presentation(f"v=DKIM1; {amended(plain, drop=('v',))}"),))


def meant_key(text: str) -> str:
    """
    The key record a mangled text was meant to be, ``""`` where that cannot be told.

    Backslashes before semicolons, quotation marks, the first and last line of a key's file, and a key without its tags
    are what a careless paste leaves.
    """
    plain = _FILE_LINES.sub("", unquoted(text.replace("\\;", ";"))).replace('"', "")
    bare = "".join(plain.split())
    whole = f"v=DKIM1; k=rsa; p={bare}" if "=" not in bare.rstrip("=") else amended(plain)
    parsed = parse_dkim_key(whole)
    return whole if parsed.valid and parsed.value is not None and not parsed.value.revoked else ""


def mended_key(found: PublishedKey) -> Fix | None:
    """The record that was meant, at its name; None where it cannot be told or somebody else publishes it."""
    whole = "" if found.aliases else meant_key(found.text)
    return Fix(found.owner, "TXT", (presentation(whole),)) if whole else None


class CutOff(NamedTuple):
    """The characters of ``p=`` that are there, and how many the key says it has."""

    there: int
    whole: int


def key_cut_off(text: str) -> CutOff | None:
    """How much of an RSA key is there, if it ends before the length its own first octets name (X.690 section 8.1.3)."""
    tag = tag_list(text).get("p")
    value = "".join(tag.value.split()) if tag is not None else ""
    whole = declared_octets(value)
    characters = (whole + 2) // 3 * 4
    return CutOff(len(value), characters) if whole and len(value) < characters else None


def joined_halves(texts: tuple[str, ...]) -> str:
    """The key that was cut in the middle and published as two records; ``""`` if they are not halves of one."""
    heads = [text for text in texts if looks_like_key(text)]
    if len(texts) != HALVES or len(heads) != 1:
        return ""
    head, (rest,) = heads[0], [text for text in texts if text != heads[0]]
    whole = meant_key(unquoted(head) + unquoted(rest))
    return whole if whole and not parse_dkim_key(head).valid else ""


def joined_pieces(texts: tuple[str, ...]) -> str:
    """The key whose pieces a panel cut at the semicolons and published as records of their own; ``""`` if they are not."""
    names = [{tag.name for tag in tag_list(text).tags} for text in texts[: PIECES_LIMIT + 1]]
    if len(names) > PIECES_LIMIT or any({"v", "p"} <= name for name in names):
        return ""
    pieces = sorted((text.strip(" ;\t") for text in texts), key=lambda t: ("vkhstnp".find(t[:1]), t))
    whole = "; ".join(pieces)
    return whole if parse_dkim_key(whole).valid else ""
