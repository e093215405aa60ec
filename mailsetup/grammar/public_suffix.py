"""
Public suffixes and organizational domains as readers of RFC 7489 find them (section 3.2).

The list is the one inside the publicsuffixlist package: nothing is fetched. Both its sections
count, ICANN's and the private one, as mail receivers use it.
"""

from __future__ import annotations

import pkgutil
from collections import defaultdict
from functools import cache, lru_cache
from typing import Any, Final

from mailsetup.model.names import labels, to_unicode

NAMES_REMEMBERED: Final = 4096


@cache
def _lines() -> dict[str, list[str]]:
    """The list's lines by how they end: what one pass can do quickly, since most top-level labels are never met."""
    text = (pkgutil.get_data("publicsuffixlist", "public_suffix_list.dat") or b"").decode("utf-8")
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for line in map(str.rstrip, text.split("\n")):
        lines[line[-2:]].append(line)
    return lines


@lru_cache(NAMES_REMEMBERED)
def _rules(top: str) -> tuple[str, ...]:
    """The list's rules below a top-level label: all that the suffix of a name in it depends on."""
    below = "." + top
    ending = _lines().get(top[-2:], ())
    return tuple(r for r in ending if top and (r == top or r.endswith(below)) and not r.startswith("//"))


@cache
def _suffixes(top: str) -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(_rules(top), accept_encoded_idn=False)  # names come as U-labels


@lru_cache(NAMES_REMEMBERED)
def _suffix_labels(name: str) -> int:
    written = to_unicode(name)
    top = written.rpartition(".")[2]
    suffix = _suffixes(top if _rules(top) else "").publicsuffix(written)
    return suffix.count(".") + 1 if suffix else 0


def ends_in_listed_label(name: str) -> bool:
    """Whether the top-level label is one that the list knows."""
    return bool(name) and bool(_rules(to_unicode(name).rpartition(".")[2]))


def is_public_suffix(name: str) -> bool:
    """Whether names are registered directly below this one; an unlisted top-level label counts as one."""
    return bool(name) and _suffix_labels(name) == len(labels(name))


def organizational_domain(name: str) -> str:
    """The name one label below the public suffix; the name itself if it is a public suffix or the root."""
    parts = labels(name)
    return ".".join(parts[-(_suffix_labels(name) + 1) :])
