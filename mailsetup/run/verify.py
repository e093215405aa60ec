"""
Verifying: what a plan expects against what is there, once or until it is.

Waiting asks the domain's own name servers first, one by one. A resolver is asked for a name only
when all of them have it: asked earlier it would remember the absence for the negative TTL (RFC 2308
section 5) and delay what it was to show. For the same reason it is not asked for what is not due yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from mailsetup.model.message import Message, say
from mailsetup.model.plan import Plan
from mailsetup.model.profile import Resolved
from mailsetup.planning.existing import Target
from mailsetup.planning.verify import Item, ItemStatus, Verification, verification

if TYPE_CHECKING:
    from mailsetup.edge.source import Source

FIRST_PAUSE = 5.0  # seconds between rounds; doubled up to the longest
LONGEST_PAUSE = 60.0
SERVER_LIMIT = 13  # name servers asked one by one (RFC 9609 section 1)


class Progress(NamedTuple):
    """
    Where one record set has arrived: the name servers that have it, those that do not yet, the resolvers.

    ``resolver`` is None while it was not asked; alone it speaks where no name server could be. ``estimate`` is how many
    seconds caches may still hold the old answer, None when nothing tells.
    """

    owner: str
    rdtype: str
    have: tuple[str, ...]
    lack: tuple[str, ...]
    resolver: bool | None = None
    estimate: int | None = None

    def __str__(self) -> str:
        return str(self.message)

    @property
    def message(self) -> Message:
        """One line for people."""
        values = {
            "owner": self.owner,
            "rdtype": self.rdtype,
            "have": ", ".join(self.have),
            "lack": ", ".join(self.lack),
        }
        if self.lack:
            if self.have:
                return Message("{owner} {rdtype}: {have} has it, {lack} not yet", values)
            return Message("{owner} {rdtype}: not yet at {lack}", values)
        if not self.have:
            if self.resolver:
                return Message("{owner} {rdtype}: your resolvers have it", values)
            return Message("{owner} {rdtype}: not yet at your resolvers", values)
        if self.resolver:
            return Message("{owner} {rdtype}: everywhere", values)
        if self.estimate is not None:
            values["seconds"] = str(self.estimate)
            return Message(
                "{owner} {rdtype}: all name servers have it; resolvers may show the old answer for {seconds} more seconds",
                values,
            )
        return Message("{owner} {rdtype}: all name servers have it, resolvers not yet", values)


@dataclass(frozen=True, slots=True)
class Watch:
    """
    The world while waiting, passed in so that tests need no real time.

    ``fresh`` opens a source that remembers nothing; ``clock`` gives seconds, ``sleep`` waits for some;
    ``progress`` is told of every record set after each round. ``port`` is where name servers listen.
    """

    fresh: Callable[[], Source]
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    progress: Callable[[Progress], None] = lambda _: None
    port: int = 53


@dataclass(frozen=True, slots=True)
class Waited:
    """
    ``complete`` when everything due is right everywhere; ``interrupted`` when the user ended it.

    ``heading`` says which phase was judged, ``""`` for its number alone.
    """

    verification: Verification
    complete: bool
    interrupted: bool = False
    rounds: int = 0
    progress: tuple[Progress, ...] = ()
    heading: Message | None = None


async def verify(
    made: Plan,
    source: Source,
    phase: int | str | None = None,
    *,
    services: tuple[Resolved, ...] = (),
    now: str = "",
) -> Verification:
    """A saved plan against what is there; ``phase`` is a number, ``"all"``, or None for the one that is due."""
    from mailsetup.edge.drive import drive

    return await drive(verification(made, phase, services=services, now=now), source)


async def wait_until(
    made: Plan,
    watch: Watch,
    seconds: float,
    phase: int | str | None = None,
    *,
    services: tuple[Resolved, ...] = (),
    now: str = "",
) -> Waited:
    """
    Repeats until every record that is due is right at all name servers and resolvers, or the time is up.

    Without a number the phase that is due at the first look is the one waited for: once it is published
    the next one would be due, which nobody may have begun. A TTL to be lowered is waited for too,
    though it never makes anything wrong. Cancelling the task (Ctrl-C) ends it with what is known so far.
    """
    state = _Waiting(made, watch, phase, services, now)
    start = watch.clock()
    pause = FIRST_PAUSE
    try:
        while True:
            if await state.round():
                return state.result(complete=True)
            left = seconds - (watch.clock() - start)
            if left <= 0:
                return state.result()
            await watch.sleep(min(pause, left))
            pause = min(pause * 2, LONGEST_PAUSE)
    except asyncio.CancelledError:
        return state.result(interrupted=True)


@dataclass(slots=True)
class _Waiting:
    """The rounds so far."""

    made: Plan
    watch: Watch
    phase: int | str | None
    services: tuple[Resolved, ...]
    now: str
    servers: Mapping[str, str] = field(default_factory=dict)
    rounds: int = 0
    last: Verification | None = None
    confirmed: set[Target] = field(default_factory=set)
    notes: dict[str, Message] = field(default_factory=dict)
    shown: tuple[Progress, ...] = ()

    async def round(self) -> bool:
        """Asks everybody once; True when all agree."""
        source = self.watch.fresh()
        try:
            if not self.servers:
                self.servers = await self._find_servers(source)
            views = await self._views(source)
            self.rounds += 1
            if not views:
                return await self._resolvers_only(source)
            return await self._compare(views, source)
        finally:
            await source.close()

    async def _find_servers(self, source: Source) -> dict[str, str]:
        from mailsetup.edge.drive import drive
        from mailsetup.walks.delegation import name_servers

        found = await drive(name_servers(self.made.domain), source)
        chosen = [(h.name, h.addresses[0]) for h in found.hosts if h.addresses][:SERVER_LIMIT]
        port = self.watch.port
        return {n: f"[{a}]:{port}" if ":" in a else f"{a}:{port}" for n, a in chosen}

    async def _views(self, source: Source) -> dict[str, Verification]:
        """What each name server shows; those that answer nothing are left out and named."""
        from mailsetup.edge.drive import collect

        walks = {
            host: verification(self.made, self.phase, services=self.services, now=self.now, server=address)
            for host, address in self.servers.items()
        }
        collected = await collect(walks, source)
        for fault in collected.faults.values():
            raise fault
        views = {host: result[0] for host, result in collected.results.items()}
        silent = sorted(host for host, view in views.items() if _silent(view))
        if silent:
            self._say(
                "{servers} did not answer when asked directly; what the others show is taken.",
                servers=", ".join(silent),
            )
        return {host: view for host, view in views.items() if host not in silent}

    def _say(self, template: str, **values: object) -> None:
        self.notes[template] = Message(template, values)

    async def _ask_resolvers(self, source: Source, only: frozenset[Target] | None) -> Verification:
        from mailsetup.edge.drive import drive

        walk = verification(self.made, self.phase, services=self.services, now=self.now, only=only)
        return await drive(walk, source)

    async def _resolvers_only(self, source: Source) -> bool:
        """A firewall that blocks outside DNS leaves the resolvers, which cannot prove everything."""
        self.notes.clear()
        self._say(
            "The name servers of {domain} could not be asked directly from here (a firewall may block DNS to the outside). "
            "Your resolvers show what they remember: what they have is published somewhere, but not that every name server "
            "has it, and what they lack may only be an old answer they still keep.",
            domain=self.made.domain,
        )
        self.last = await self._ask_resolvers(source, None)
        self._stay(self.last.phase_due)
        self.shown = tuple(_shown(item, (), (), item.settled) for item in self.last.items if not _later(item))
        self._tell()
        return all(item.settled or item.held for item in self.last.items)

    async def _compare(self, views: dict[str, Verification], source: Source) -> bool:
        due = min(view.phase_due for view in views.values())
        self._stay(due)
        if len({view.phase_due for view in views.values()}) > 1:
            views = await self._views(source) or views
        by_target = _by_target(views)
        expected = {t for t, items in by_target.items() if not all(map(_later, items.values()))}
        ready = {t for t in expected if all(map(_arrived, by_target[t].values()))}
        unconfirmed = frozenset(ready - self.confirmed)
        seen: dict[Target, Item] = {}
        if unconfirmed:
            answer = await self._ask_resolvers(source, unconfirmed)
            seen = {t: items[""] for t, items in _by_target({"": answer}).items()}
            self.confirmed |= {t for t, i in seen.items() if i.settled}
            self.confirmed |= unconfirmed - set(seen)
        self._settle(by_target, seen, due, next(iter(views.values())))
        return expected <= self.confirmed

    def _settle(
        self,
        by_target: dict[Target, dict[str, Item]],
        seen: dict[Target, Item],
        due: int,
        first: Verification,
    ) -> None:
        """``first`` is what one of the servers has, for what all have alike: steps that wait, phases to come."""
        items, shown = [], []
        for target, views in by_target.items():
            have = tuple(sorted(h for h, i in views.items() if _arrived(i)))
            lack = tuple(sorted(h for h, i in views.items() if not _arrived(i)))
            worst = next((i for i in views.values() if not _arrived(i)), next(iter(views.values())))
            resolver = target in self.confirmed if not lack else None
            if not lack and target in seen and not seen[target].settled:
                worst = _remembered(seen[target])
            items.append(worst)
            if not _later(worst):
                shown.append(_shown(worst, have, lack, resolver, seen.get(target)))
        items.sort(key=lambda i: (i.change.phase, i.change.owner, i.change.rdtype))
        held = (i for i in first.items if i.held)
        self.last = Verification(self.made.domain, (*items, *held), due, ahead=first.ahead)
        self.shown = tuple(shown)
        self._tell()

    def _stay(self, due: int) -> None:
        """The phase that was due first is the one waited for."""
        if self.phase is None:
            self.phase = due

    def _tell(self) -> None:
        for line in self.shown:
            self.watch.progress(line)

    def result(self, *, complete: bool = False, interrupted: bool = False) -> Waited:
        """What is known now."""
        last = self.last or Verification(self.made.domain, (), 0)
        notes = list(self.notes.values())
        if interrupted:
            notes.append(say("Stopped by you; the list shows how far it had come."))
        found = replace(last, notes=(*last.notes, *notes))
        return Waited(found, complete and found.exit_code == 0, interrupted, self.rounds, self.shown)


def _arrived(item: Item) -> bool:
    """Whether a name server has what is expected, a lower TTL included."""
    return item.settled and not item.lingers


def _remembered(item: Item) -> Item:
    """What a resolver shows of a record set that every name server has: it is not missing, only not seen everywhere."""
    if item.ttl is None:
        return item._replace(
            message=say("all name servers have it; this is an old answer that a resolver still keeps")
        )
    return item._replace(
        message=say(
            "all name servers have it; this is an old answer, which resolvers may keep for {seconds} more seconds",
            seconds=item.ttl,
        )
    )


def _silent(view: Verification) -> bool:
    asked = [i for i in view.items if i.status not in (ItemStatus.WAITING, ItemStatus.NOT_YET_DUE)]
    return bool(asked) and all(i.status is ItemStatus.UNKNOWN for i in asked)


def _by_target(views: dict[str, Verification]) -> dict[Target, dict[str, Item]]:
    """
    Each record set at each server; of several items of a set the one that is not settled counts, then one that is due.

    Steps of enforcement that wait for their reports are left out: nothing about them arrives by waiting here.
    """
    found: dict[Target, dict[str, Item]] = {}
    for host, view in views.items():
        for item in (i for i in view.items if not i.held):
            place = found.setdefault((item.change.owner, item.change.rdtype), {})
            if host not in place or _later(place[host]) or (place[host].settled and not item.settled):
                place[host] = item
    return dict(sorted(found.items()))


def _later(item: Item) -> bool:
    """Whether nobody can have it yet."""
    return item.status is ItemStatus.NOT_YET_DUE


def _shown(
    item: Item, have: tuple[str, ...], lack: tuple[str, ...], resolver: bool | None, seen: Item | None = None
) -> Progress:
    estimate = seen.ttl if seen is not None and not seen.settled else None
    return Progress(item.change.owner, item.change.rdtype, have, lack, resolver, estimate)
