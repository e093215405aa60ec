"""
Public suffixes and organizational domains as readers of RFC 7489 find them (section 3.2).

The list is the one inside the publicsuffixlist package: nothing is fetched. Both its sections
count, ICANN's and the private one, as mail receivers use it.
"""

from __future__ import annotations

import pkgutil
from functools import cache, lru_cache
from typing import Any

from mailsetup.model.names import labels, to_unicode

NAMES_REMEMBERED = 4096


@cache
def _rules() -> dict[str, list[str]]:
    """The list's rules by their last label: all a name's suffix depends on, and a fraction to read."""
    text = (pkgutil.get_data("publicsuffixlist", "public_suffix_list.dat") or b"").decode("utf-8")
    rules: dict[str, list[str]] = {}
    for line in text.split("\n"):
        if line and not line.startswith("//"):
            rules.setdefault(line.rstrip().rpartition(".")[2].lstrip("!"), []).append(line)
    return rules


@cache
def _suffixes(top: str) -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(_rules().get(top, []), accept_encoded_idn=False)  # names come as U-labels


@lru_cache(NAMES_REMEMBERED)
def _suffix_labels(name: str) -> int:
    written = to_unicode(name)
    known = written.rpartition(".")[2]
    suffix = _suffixes(known if known in _rules() else "").publicsuffix(written)
    return suffix.count(".") + 1 if suffix else 0


def ends_in_listed_label(name: str) -> bool:
    """Whether the top-level label is one that the list knows."""
    return bool(name) and to_unicode(name).rpartition(".")[2] in _rules()


def is_public_suffix(name: str) -> bool:
    """Whether names are registered directly below this one; an unlisted top-level label counts as one."""
    return bool(name) and _suffix_labels(name) == len(labels(name))


def organizational_domain(name: str) -> str:
    """The name one label below the public suffix; the name itself if it is a public suffix or the root."""
    parts = labels(name)
    return ".".join(parts[-(_suffix_labels(name) + 1) :])
