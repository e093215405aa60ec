"""BIMI assertion records as values (draft-brand-indicators-for-message-identification-14)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from .tag_list import TagList, tag_list

RECORDS_REMEMBERED = 256
DRAFT = "draft-brand-indicators-for-message-identification-14"
AVATARS = ("brand", "personal")
_VERSION = re.compile(r"v[ \t]*=[ \t]*BIMI1[ \t]*(?:;|\Z)")
_MEANT = re.compile(
    r"\s*[\"']?(?:v\s*=\s*bimi|[la]\s*=\s*(?:;|\Z|http))|[^;]*;.*\bv\s*=\s*bimi", re.IGNORECASE
)
MEANT_LENGTH = 2048  # characters looked at
_HTTPS = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[\x21-\x7e]*)?\Z", re.IGNORECASE)
_PREFIX = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,63}\Z")
RETIRED = ("z", "e", "s")


class BimiRecord(NamedTuple):
    """
    The tags as written. ``logo`` (l) and ``evidence`` (a) are None where the tag is missing, ``""`` where it is empty.

    ``avatar`` is ``avp``; ``prefixes`` are the local-part prefixes of ``lps``.
    """

    logo: str | None
    evidence: str | None
    avatar: str = ""
    prefixes: tuple[str, ...] = ()

    @property
    def declines(self) -> bool:
        """Whether the owner says that no logo is to be shown: both tags are there or may be missing, and empty."""
        return self.logo == "" and not self.evidence


def is_bimi(text: str) -> bool:
    """Whether a text begins with the version tag, letter by letter; others are passed over."""
    return _VERSION.match(text) is not None


def meant_as_bimi(text: str) -> bool:
    """Whether a text was meant as a record."""
    return _MEANT.match(text[:MEANT_LENGTH]) is not None


@lru_cache(RECORDS_REMEMBERED)
def parse_bimi(text: str) -> BimiRecord:
    """The tags of a text that `is_bimi`."""
    listed = tags(text)

    def value(name: str) -> str | None:
        tag = listed.get(name)
        return tag.value if tag is not None else None

    prefixes = tuple(p.strip() for p in (value("lps") or "").split(",") if p.strip())
    return BimiRecord(value("l"), value("a"), value("avp") or "", prefixes)


def tags(text: str) -> TagList:
    """The tags with their places; names in lower case."""
    return tag_list(text, fold_case=True)


def is_https(uri: str) -> bool:
    """Whether a text is one https URI; a second one behind a comma is one too many."""
    return _HTTPS.match(uri) is not None and ",http" not in uri.lower()


def is_prefix(text: str) -> bool:
    """Whether a text can begin a local part."""
    return _PREFIX.match(text) is not None
