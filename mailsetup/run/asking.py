"""One walk, asked from start to end, for commands that need a single fact."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, TypeVar

from mailsetup.model.walk import Walk

from .sources import SourceSettings, open_source

T = TypeVar("T")


def fact(walk: Walk[T], settings: SourceSettings) -> T:
    """A walk's fact from the source that the settings describe; notes go to stderr."""
    found: T = facts({None: walk}, settings)[None]
    return found


def facts(walks: Mapping[Any, Walk[Any]], settings: SourceSettings) -> dict[Any, Any]:
    """The facts of several walks, asked side by side."""
    return asyncio.run(_facts(walks, settings))


async def _facts(walks: Mapping[Any, Walk[Any]], settings: SourceSettings) -> dict[Any, Any]:
    import sys

    from mailsetup.edge.drive import collect

    opened = open_source(settings)
    try:
        if opened.live is not None and settings.probe:
            from mailsetup.edge.dns.probe import check_resolvers

            opened.notes.extend(await check_resolvers(opened.live))
        for note in opened.notes:
            print(f"mailsetup: {note}", file=sys.stderr)
        collected = await collect(walks, opened.source)
        for fault in collected.faults.values():
            raise fault
        return {key: value for key, (value, _) in collected.results.items()}
    finally:
        await opened.source.close()
