"""What is odd about the times of two inputs that are compared: one still to come, or the later one given first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from mailsetup.model.message import Message, say
from mailsetup.model.printing import printable

from .sources import CLOCKS_DIFFER


def still_to_come(file: str, reports: Mapping[str, Mapping[str, Any]]) -> Iterator[Message]:
    """Told once a file, of the domain whose report is dated latest."""
    moment, domain = max(_times(reports), default=(None, ""))
    if moment is not None and moment - datetime.now(UTC) > CLOCKS_DIFFER:
        yield say(
            "warning: {file} has {domain} as of {as_of}, which is still to come: the clock of this machine or of the one"
            " that wrote it is wrong, and what is before and what after cannot be told; set the clock and make it again",
            file=file,
            domain=domain,
            as_of=printable(str(reports[domain]["as_of"])),
        )


def the_wrong_way_round(
    old: str, new: str, before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]
) -> Iterator[Message]:
    """Where no domain of both has its earlier report in the old input, and one has its later report there."""
    times, later = {d: t for t, d in _times(before)}, {d: t for t, d in _times(after)}
    gone_back = [d for d in times if d in later and times[d] - later[d] > CLOCKS_DIFFER]
    if gone_back and not any(times[d] < later[d] for d in times if d in later):
        yield say(
            "warning: {old} is later than {new} ({domain}: {after} and {before}); what changed is told from the first to the"
            " second, so give them the other way round unless that is what you want",
            old=old,
            new=new,
            domain=gone_back[0],
            after=printable(str(before[gone_back[0]]["as_of"])),
            before=printable(str(after[gone_back[0]]["as_of"])),
        )


def _times(reports: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[datetime, str]]:
    """When each was made; a time that is none, in a file somebody else wrote, is left out."""
    for domain, report in reports.items():
        try:
            moment = datetime.fromisoformat(str(report.get("as_of", "")))
        except ValueError:
            continue
        yield (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)), domain
