"""A source opened for one job: probed, its notes told, recorded if wanted, and closed again."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

from mailsetup.model.dns import DnsQuestion, Outcome
from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.message import Message, say
from mailsetup.model.snapshot import Snapshot
from mailsetup.model.walk import Walk, ask, asked_in

from .sources import Opened, SourceSettings, open_source

T = TypeVar("T")


def fact(walk: Walk[T], settings: SourceSettings, domain: str = "") -> T:
    """A walk's fact from the source that the settings describe; ``domain`` is whose answers are recorded."""

    async def driven(opened: Opened) -> T:
        from mailsetup.edge.drive import drive

        return await drive(walk, opened.source)

    return run_with(settings, driven, domain)


def facts(walks: Mapping[str, Walk[T]], settings: SourceSettings) -> dict[str, T]:
    """
    A walk's fact for each domain, as many side by side as the settings say; recorded, each domain has what its own
    walk asked. A domain that no file of an offline run holds has none.
    """
    from .snapshot import refuse_taken, write_snapshots

    async def collected(opened: Opened) -> tuple[dict[str, T], list[Snapshot]]:
        from mailsetup.edge.drive import collect

        told: dict[str, T] = {}
        taken: list[Snapshot] = []
        names = [domain for domain in walks if await held(opened, domain)]
        for first in range(0, len(names), settings.concurrency):
            window = names[first : first + settings.concurrency]
            found = await collect({domain: walks[domain] for domain in window}, opened.source)
            for fault in found.faults.values():
                raise fault
            for domain, (fact, rounds) in found.results.items():
                told[domain] = fact
                if settings.record:
                    known = {question: found.answers[question] for question in asked_in(rounds)}
                    taken.append(Snapshot(domain, opened.as_of(domain), known, opened.source.description))
        return told, taken

    if settings.record:
        refuse_taken(settings.record, list(walks), force=settings.force)
    told, taken = run_with(settings, collected)
    if settings.record and taken:
        write_snapshots(settings.record, taken, force=settings.force)
    return told


def not_held(domain: str) -> Message:
    """What to say of a domain that no file of an offline run holds: it must not pass as clean."""
    return say(
        "no file given holds {domain}; look for a typing mistake, or give its zone or recording",
        domain=domain,
    )


async def held(opened: Opened, domain: str) -> bool:
    """Whether somebody can be asked about a domain: a resolver, a recording of it, or a zone that holds its records."""
    from mailsetup.edge.drive import drive

    if opened.live is not None or domain in opened.scopes:
        return True
    seen = await drive(ask(DnsQuestion(domain, "TXT"), DnsQuestion(domain, "MX")), opened.source)
    return any(answer.outcome is not Outcome.UNASKED or answer.detail for answer in seen)


def run_with(
    settings: SourceSettings, job: Callable[[Opened], Coroutine[Any, Any, T]], domain: str = ""
) -> T:
    """A job done with an open source; what it asked is recorded where the settings say so."""
    try:
        return asyncio.run(_whole(settings, job, domain))
    except RecursionError as fault:
        raise InputError(say("the input is nested too deeply to be read")) from fault


async def _whole(settings: SourceSettings, job: Callable[[Opened], Coroutine[Any, Any, T]], domain: str) -> T:
    from mailsetup.edge.overlay import Recording

    from .snapshot import refuse_taken, write_snapshots

    if settings.record and domain:
        refuse_taken(settings.record, [domain], force=settings.force)
    opened = open_source(settings)
    below = opened.source
    try:
        if opened.live is not None and settings.probe:
            from mailsetup.edge.dns.probe import check_resolvers

            opened.notes.extend(await check_resolvers(opened.live))
        for note in opened.notes:
            print(f"mailsetup: {note}", file=sys.stderr)
        if domain and not await held(opened, domain):
            raise UsageError(not_held(domain))
        if not settings.record or not domain:
            return await job(opened)
        opened.source = recording = Recording(below)
        done = await job(opened)
        taken = Snapshot(domain, opened.as_of(domain), recording.answers, below.description)
        write_snapshots(settings.record, [taken], force=settings.force)
        return done
    finally:
        await below.close()
