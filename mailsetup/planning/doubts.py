"""
What a plan rests on that is known from little: the weak facts of the profiles behind its records.

A value the tenant copies from the provider's console is not in doubt here, whatever its form; nor is what
the plan does not touch.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.message import Message, phrase, say
from mailsetup.model.profile import Confidence, Profile, Resolved
from mailsetup.profiles.reading import PLACEHOLDER

from .request import Request

_SUBJECTS = {
    "mx": phrase("MX"),
    "spf": phrase("SPF"),
    "dkim": phrase("DKIM"),
    "verification": phrase("proof of ownership"),
    "extras": phrase("further records"),
}
"""The fields of a profile that a plan publishes, as its reader knows them."""


def doubts(request: Request, *, mx_stays: bool) -> list[Message]:
    """The weak facts behind the planned records, a note each; ``mx_stays`` when the plan leaves the MX alone."""
    return [
        note
        for service in request.claimed
        for note in _of(service.profile, _left_alone(request, service, mx_stays))
    ]


def _left_alone(request: Request, service: Resolved, mx_stays: bool) -> set[str]:
    """The fields this plan publishes nothing of."""
    extras = any(request.wants(record) for record in service.extras)
    return {field for field, alone in (("mx", mx_stays), ("extras", not extras)) if alone}


def _of(profile: Profile, alone: set[str]) -> Iterator[Message]:
    shown = False
    for weak in profile.weak:
        field = weak.field.partition(".")[0]
        if field not in _SUBJECTS or field in alone or _given(profile, field, weak.field):
            continue
        shown = True
        yield say(
            "{service}, {subject}: known from little ({why}). Where the provider's console shows something else, that "
            "is what counts.",
            service=profile.name,
            subject=Message(_SUBJECTS[field]),
            why=Message(weak.why),
        )
    if profile.confidence is Confidence.LOW and not shown:
        yield say(
            "{service}: what is known of its records comes from few or weak sources. Where the provider's console shows "
            "something else, that is what counts.",
            service=profile.name,
        )


def _given(profile: Profile, field: str, what: str) -> bool:
    """Whether the tenant gives the whole of what is doubted: each value is one parameter and nothing else."""
    values = {
        "mx": [r.preference if what.endswith(".preference") else r.value for r in profile.mx],
        "spf": []
        if profile.spf is None or what.endswith(".all")
        else [m.partition(":")[2] for m in profile.spf.mechanisms],
        "dkim": [r.value for r in profile.dkim.records],
        "verification": [r.value for r in profile.verification],
        "extras": [r.value for r in profile.extras],
    }[field]
    return bool(values) and all(PLACEHOLDER.fullmatch(value) for value in values)
