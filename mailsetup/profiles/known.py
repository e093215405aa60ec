"""The part of a profile that recognition needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mailsetup.model.detection import DetectPatterns

if TYPE_CHECKING:
    from mailsetup.model.profile import Profile


class Known(NamedTuple):
    """What recognition needs of a profile."""

    id: str
    name: str
    kind: str
    state: str
    patterns: DetectPatterns
    selectors: tuple[str, ...] = ()


def known_of(profile: Profile) -> Known:
    """What recognition needs of a profile."""
    return Known(
        profile.id,
        profile.name,
        profile.kind.value,
        profile.status.state.value,
        profile.detect,
        profile.dkim.selectors,
    )
