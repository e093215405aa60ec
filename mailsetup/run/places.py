"""Where a finding's record is written: file and line of the user's own zone, or of what stands nearest to it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailsetup.model.dns import TXT, Rdata, present
from mailsetup.model.finding import Place
from mailsetup.model.names import parent

if TYPE_CHECKING:
    from mailsetup.edge.authority import Authority, Zone

CHECKOUT = "GITHUB_WORKSPACE"  # where a GitHub runner keeps the repository
LANDMARKS = ("SOA", "NS", "MX", "TXT", "A")  # what a missing record is shown beside, best first


class Places:
    """
    ``places(name, rdtype, about)`` over zones that are read when first asked for; ``about`` are words of the record meant.

    A record that is missing is shown at its name, else at the nearest name above it that has records:
    a reviewer wants a line, and an annotation without one is not shown in a merge request.
    """

    def __init__(self, read: Callable[[], Sequence[Authority]]) -> None:
        self._read = read
        self._authorities: Sequence[Authority] | None = None

    def __call__(self, name: str, rdtype: str, about: str = "") -> Place | None:
        """The place, None for a name outside every file."""
        if self._authorities is None:
            self._authorities = self._read()
        for authority in self._authorities:
            zone = _zone_of(authority, name)
            if zone is not None:
                found = next(_candidates(zone, name, rdtype, about), None)
                if found is not None:
                    return Place(_relative(found.file), found.line, str(getattr(found, "address", "") or ""))
        return None


def _zone_of(authority: Authority, name: str) -> Zone | None:
    above = name
    while above not in authority.zones:
        if not above:
            return None
        above = parent(above)
    return authority.zones[above]


def _candidates(zone: Zone, name: str, rdtype: str, about: str) -> Iterator[Any]:
    meant = zone.sets.get(name, {}).get(rdtype) if about else None
    if meant is not None:
        told = zip(meant.records, meant.places, strict=True)
        yield from (place for record, place in told if about in _words(record, rdtype))
    at = name
    while True:
        sets = zone.sets.get(at, {})
        for wanted in (rdtype, "CNAME", *LANDMARKS, *sets) if at == name else (*LANDMARKS, *sets):
            if wanted in sets:
                yield sets[wanted].places[0]
        if at == zone.origin or not at:
            break
        at = parent(at)
    for sets in zone.sets.values():
        for group in sets.values():
            yield group.places[0]


def _words(record: Rdata, rdtype: str) -> str:
    """A record as evidence quotes it: a text with its quotation marks, which a part of it is found in too."""
    shown = present(record, rdtype)
    return f"{shown}\n{record.text}" if isinstance(record, TXT) else shown


def _relative(file: str) -> str:
    """
    The file as a pipeline calls it, with slashes: as seen from the checkout, else from the working folder.

    GitHub finds the line of an annotation by its path in the repository, whichever folder a step works in.
    """
    path, here = Path(file), Path.cwd()
    checkout = os.environ.get(CHECKOUT, "")
    above = Path(checkout).resolve() if checkout else here
    if above != here and here.is_relative_to(above):
        path, here = here / path, above
    if path.is_absolute():
        try:
            path = path.resolve().relative_to(here)
        except ValueError:
            return path.as_posix()
    return path.as_posix()
