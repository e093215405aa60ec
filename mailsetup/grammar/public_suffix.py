"""
Public suffixes and organizational domains as readers of RFC 7489 find them (section 3.2).

The list is the one inside the publicsuffixlist package: nothing is fetched. Both its sections
count, ICANN's and the private one, as mail receivers use it.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from mailsetup.model.names import labels, to_unicode

NAMES_REMEMBERED = 4096


@cache
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(accept_encoded_idn=False)  # U-labels only: twice as fast to load


@lru_cache(NAMES_REMEMBERED)
def _suffix_labels(name: str) -> int:
    suffix = _suffixes().publicsuffix(to_unicode(name))
    return suffix.count(".") + 1 if suffix else 0


def is_public_suffix(name: str) -> bool:
    """Whether names are registered directly below this one; an unlisted top-level label counts as one."""
    return bool(name) and _suffix_labels(name) == len(labels(name))


def organizational_domain(name: str) -> str:
    """The name one label below the public suffix; the name itself if it is a public suffix or the root."""
    parts = labels(name)
    return ".".join(parts[-(_suffix_labels(name) + 1) :])
