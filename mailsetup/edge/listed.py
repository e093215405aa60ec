"""
DKIM selectors that a source can list. DNS cannot (RFC 6376 section 3.6.2); zone files hold every name of theirs, and
recordings every name that was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

CONTAINER = "._domainkey."


def selectors_by_domain(names: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The selectors among some names, sorted, by the domain they stand below; wildcards are none."""
    found: dict[str, set[str]] = {}
    for name in names:
        selector, container, domain = name.rpartition(CONTAINER)
        if container and "*" not in selector:
            found.setdefault(domain, set()).add(selector)
    return {domain: tuple(sorted(selectors)) for domain, selectors in found.items()}


def selectors_listed(source: object, domain: str) -> tuple[str, ...]:
    """The selectors that a source knows to stand below a domain, sorted; none where it cannot list names."""
    listing = getattr(source, "selectors", None)
    return tuple(listing(domain)) if callable(listing) else ()
