"""BIMI assertion records as values (draft-brand-indicators-for-message-identification-14)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from mailsetup.model.patterns import late

from .tag_list import TagList, tag_list

RECORDS_REMEMBERED = 256
DRAFT = "draft-brand-indicators-for-message-identification-14"
AVATARS = ("brand", "personal")
_VERSION = late(r"v[ \t]*=[ \t]*BIMI1[ \t]*(?:;|\Z)")
_MEANT = late(r"\s*[\"']?(?:v\s*=\s*bimi|[la]\s*=\s*(?:;|\Z|http))|[^;]*;.*\bv\s*=\s*bimi", re.IGNORECASE)
MEANT_LENGTH = 2048  # characters looked at
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST = rf"(?:{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9A-Fa-f:.]+\])"  # RFC 3986 section 3.2.2, RFC 1123 section 2.1
_BODY = r"(?:[A-Za-z0-9._~:/?@!$&'()*+=-]|%[0-9A-Fa-f]{2})*"  # RFC 3986 without the comma, which is written as %2C
_HTTPS = late(rf"https://{HOST}(?::[0-9]{{1,5}})?(?:[/?]{_BODY})?(?:#{_BODY})?\Z", re.IGNORECASE)
_NAMED = late(r"https://(?=[^/?#:]*[A-Z])[A-Z0-9-]+(?:\.[A-Z0-9-]+)+\.?(?:[/?#:]|\Z)", re.IGNORECASE)
_PREFIX = late(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,63}\Z")
RETIRED = ("z", "e", "s")


class BimiRecord(NamedTuple):
    """
    The tags as written. ``logo`` (l) and ``evidence`` (a) are None where the tag is missing, ``""`` where it is empty.

    So is ``avatar`` (avp); ``prefixes`` are the local-part prefixes of ``lps``.
    """

    logo: str | None
    evidence: str | None
    avatar: str | None = None
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
    return BimiRecord(value("l"), value("a"), value("avp"), prefixes)


def tags(text: str) -> TagList:
    """The tags with their places; names in lower case."""
    return tag_list(text, fold_case=True, folded=False)


def is_https(uri: str) -> bool:
    """Whether a text is one https URI, without a comma: a second one behind it is one too many."""
    return _HTTPS.match(uri) is not None


def is_https_by_name(uri: str) -> bool:
    """Whether a text is one https URI whose host is a full name, as that of a mark certificate must be."""
    return is_https(uri) and _NAMED.match(uri) is not None


def is_prefix(text: str) -> bool:
    """Whether a text can begin a local part."""
    return _PREFIX.match(text) is not None
