"""
Which records DNSControl leaves alone: those of `NO_PURGE`, `IGNORE` and `IGNORE_EXTERNAL_DNS`.

They are published and stand in no file, so that they are unknown and never missing.
https://docs.dnscontrol.org/language-reference/domain-modifiers checked 2026-11.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .placed_json import Object, objects

ALTERNATIVES = 64  # of one pattern's braces; a longer list is taken as "any label"

_BRACES = re.compile(r"\{([^{}]*)\}")
_OF_CLUSTERS = frozenset({"A", "AAAA", "CNAME"})  # what external-dns publishes beside its own marks


def left_alone(
    domain: Object, origin: str, held: Iterable[tuple[str, str]]
) -> Callable[[str, str], bool] | None:
    """
    Whether a name and type may have records that are not in the file; None where DNSControl holds them all.

    ``held`` are the names and types the file has: `NO_PURGE` leaves alone only what it does not mention.
    """
    known = frozenset(held)
    aliased = frozenset(name for name, rdtype in known if rdtype == "CNAME")
    rules = [_rule(rule) for rule in objects(domain.get("unmanaged"))]
    keeps, clusters = bool(domain.get("keepunknown")), bool(domain.get("ignore_external_dns"))
    if not (rules or keeps or clusters):
        return None

    def tell(name: str, rdtype: str) -> bool:
        label = "@" if name == origin else name.removesuffix(f".{origin}")
        if any(matches(label) and (not types or rdtype in types) for matches, types in rules):
            return True
        if (name, rdtype) in known or name in aliased:
            return False
        return keeps or (clusters and rdtype in _OF_CLUSTERS)

    return tell


def _rule(rule: Mapping[str, Any]) -> tuple[Callable[[str], bool], frozenset[str]]:
    """Which labels and types an `IGNORE` covers; a target only narrows it, so the rest of the set is unknown too."""
    types = str(rule.get("rType_pattern") or "*")
    named = frozenset(part.strip().upper() for part in types.split(",")) if types != "*" else frozenset()
    return _labels(str(rule.get("label_pattern") or "*")), named


def _labels(pattern: str) -> Callable[[str], bool]:
    """Whether a label fits a glob with ``* ? [abc] {a,b}`` and ``\\`` before what stands for itself."""
    plain = re.sub(r"\\(.)", lambda m: f"[{m[1]}]", pattern.lower(), flags=re.DOTALL)
    spelled = [plain]
    while len(spelled) <= ALTERNATIVES and _BRACES.search(spelled[0]):
        first = spelled.pop(0)
        braces = _BRACES.search(first)
        parts = braces[1].split(",") if braces else ()
        spelled += [first[: braces.start()] + part + first[braces.end() :] for part in parts if braces]
    if len(spelled) > ALTERNATIVES:
        return lambda label: True
    found = [re.compile(fnmatch.translate(text)) for text in spelled]
    return lambda label: any(one.match(label) for one in found)
