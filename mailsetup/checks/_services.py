"""Services that changed since a domain chose them, among those its mail goes to: what the profiles say became of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from mailsetup.model.case import Case
from mailsetup.model.detection import Certainty
from mailsetup.model.message import Message, say
from mailsetup.profiles.recognition import detect_walk
from mailsetup.walks.mx_records import mx_records

RECEIVERS = (mx_records, detect_walk)


class Changed(NamedTuple):
    """A service that receives a domain's mail, with what became of it (`profiles.recognition.Fate`)."""

    name: str
    fate: Any

    @property
    def told_by(self) -> Message:
        """Who says so and when, as the end of a sentence; nothing where no source is known."""
        if not self.fate.source:
            return say("")
        return say(" (source: {source}, {date})", source=self.fate.source, date=self.fate.date)


def changed_services(case: Case, *states: str) -> Iterator[Changed]:
    """The services in one of these states that certainly receive the mail; most domains cost a look at their exchanges."""
    hints = case.scope.selector_hints
    if hints is None or not any(map(hints.may_have_changed, case.read(mx_records).exchanges)):
        return
    found = case.read(detect_walk)
    for one in (*found.mailboxes, *found.gateways):
        if one.status in states and one.certainty is Certainty.CERTAIN:
            yield Changed(one.name, hints.fate(one.profile_id))
