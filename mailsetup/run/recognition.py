"""What the profiles know, joined to what the walks need: recognition, selectors, who runs the mail."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from mailsetup.model.detection import Detected, Detection
from mailsetup.profiles import detect_walk as detection
from mailsetup.profiles import detectors as _detectors
from mailsetup.profiles import selector_hints as _selector_hints

__all__ = ["detection", "detectors", "providers_of", "selector_hints"]


@lru_cache(maxsize=1)
def detectors() -> Any:
    """The compiled recognition data of all profiles."""
    from mailsetup.profiles.dns_hosts import patterns

    return _detectors(dns_hosts=patterns())


@lru_cache(maxsize=1)
def selector_hints() -> Any:
    """The DKIM selectors that the profiles know, by what shows that a profile is in use."""
    return _selector_hints(detectors())


def providers_of(found: Detection) -> tuple[dict[str, str], ...]:
    """Who was recognised, as a report shows it; hints are not among them."""
    return tuple(_entry(d) for d in found.all)


def _entry(one: Detected) -> dict[str, str]:
    return {
        "id": one.profile_id,
        "name": one.name,
        "role": one.role,
        "certainty": one.certainty.value,
        "because": _because(one),
    }


def _because(one: Detected) -> str:
    if one.reason is not None:
        return str(one.reason)
    return "; ".join(f"{t.rdtype} {t.owner}: {t.value}" for t in one.evidence[:2])
