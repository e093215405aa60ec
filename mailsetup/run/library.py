"""
The jobs of the command line as coroutines: what `mailsetup.aio` offers and `mailsetup` wraps.

Every function takes ``source``: anything with the `Source` protocol, or None for the system's
resolvers. A source that was given is not closed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_address
from typing import TYPE_CHECKING

from mailsetup.model.errors import UsageError
from mailsetup.model.finding import DomainReport
from mailsetup.model.message import say
from mailsetup.model.names import DomainName
from mailsetup.model.snapshot import Snapshot

from .audit import AuditSettings, as_recorded, audit_domain
from .selectors import selectors_given
from .sources import now

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from mailsetup.edge.source import Source
    from mailsetup.model.brand import Brand, Person
    from mailsetup.model.detection import Detection
    from mailsetup.model.plan import Plan
    from mailsetup.planning.verify import Verification
    from mailsetup.walks.spf_check import SpfResult

    from .kit_build import Built
    from .plan import PlanOptions


@asynccontextmanager
async def opened(source: Source | None) -> AsyncIterator[Source]:
    """The source given, or the system's resolvers for as long as they are needed."""
    if source is not None:
        yield source
        return
    from mailsetup.edge.dns.circles import FollowingAliases

    live = FollowingAliases()
    try:
        yield live
    finally:
        await live.close()


def _several(given: Sequence[str]) -> tuple[str, ...]:
    """A string alone is one of them; its letters are never meant."""
    return (given,) if isinstance(given, str) else tuple(given)


def _moment(as_of: str | None) -> str | None:
    """A time as given, once it is one. Raises `UsageError`."""
    from mailsetup.planning.phases import moment

    if as_of is not None:
        moment(as_of)
    return as_of


async def audit(
    domain: str,
    *,
    source: Source | None = None,
    selectors: Sequence[str] = (),
    authoritative: bool = False,
    as_of: str | None = None,
) -> DomainReport:
    """
    Judges a domain's mail.

    ``selectors`` are DKIM selectors in use, ``authoritative`` also asks the domain's own name servers,
    ``as_of`` (ISO 8601, UTC) stands in the report instead of the present time. A recording is judged as of its own
    time, with what it was asked for. Raises `UsageError` for a name that is none; never for what the network
    does: that is in the verdicts.
    """
    name = DomainName.parse(domain)
    settings = AuditSettings(
        selectors=selectors_given(_several(selectors)),
        options=frozenset({"authoritative"} if authoritative else ()),
    )
    kept = recording_of(name, source)
    if kept is not None:
        settings, as_of = as_recorded(settings, kept.scope), as_of or kept.as_of
    at = _moment(as_of)
    async with opened(source) as asked:
        return await audit_domain(name, asked, settings, at)


def recording_of(domain: str, source: Source | None) -> Snapshot | None:
    """A domain's snapshot in a recording that has the last word in a source; None where anybody else has it."""
    from mailsetup.edge.overlay import Overlay
    from mailsetup.edge.recorded import Recorded

    while isinstance(source, Overlay):
        source = source.below
    return source.snapshots.get(domain) if isinstance(source, Recorded) else None


async def detect(domain: str, *, source: Source | None = None) -> Detection:
    """Who runs a domain's mail: provider, gateway, sending services, DNS host, each with its evidence."""
    from mailsetup.edge.drive import drive

    from .recognition import detection, detectors

    async with opened(source) as asked:
        return await drive(detection(DomainName.parse(domain), detectors()), asked)


async def plan(
    domain: str,
    *,
    provider: str = "",
    settings: Mapping[str, str] | None = None,
    senders: Sequence[str] = (),
    leave: Sequence[str] = (),
    no_mail: bool = False,
    options: PlanOptions | None = None,
    source: Source | None = None,
    as_of: str | None = None,
) -> Plan:
    """
    The change set from the zone as it is to the desired state, with phases, SPF proof and predicted verdicts.

    ``provider`` and ``senders`` are ids of profiles, ``settings`` what they ask for, ``leave`` whose records the
    last phase removes; ``options`` holds every further wish (`run.plan.PlanOptions`) and is overlaid by the other
    arguments. Raises `UsageError` for what cannot be planned; a missing value makes its change wait.
    """
    from . import plan as planning

    base = options or planning.PlanOptions()
    wanted = replace(
        base,
        provider=provider or base.provider,
        settings={**base.settings, **(settings or {})},
        senders=_several(senders) or base.senders,
        leave=_several(leave) or base.leave,
        no_mail=no_mail or base.no_mail,
    )
    kept = recording_of(DomainName.parse(domain), source)
    at = _moment(as_of) or (kept.as_of if kept is not None else None)
    async with opened(source) as asked:
        return await planning.plan(domain, wanted, asked, at)


async def verify(
    plan: Plan, *, phase: int | str | None = None, source: Source | None = None, as_of: str | None = None
) -> Verification:
    """
    A plan against what is there: each record right, wrong, missing, not yet due, waiting or unknown.

    ``phase`` is a number, ``"all"``, or None for the one that is due at ``as_of`` (now, or a recording's time).
    Raises `UsageError` for a phase the plan does not have.
    """
    from . import verify as verifying
    from .plan_command import no_phase, services_of

    numbers = {p.number for p in plan.phases}
    if phase not in {None, "all", *numbers}:
        raise no_phase(phase, numbers)
    kept = recording_of(plan.domain, source)
    at = _moment(as_of) or (kept.as_of if kept is not None else now())
    async with opened(source) as asked:
        return await verifying.verify(plan, asked, phase, services=services_of(plan), now=at)


async def check_host(
    ip: str,
    sender: str,
    helo: str = "",
    *,
    source: Source | None = None,
    receiver: str = "unknown",
    at: int = 0,
) -> SpfResult:
    """
    The SPF result for one connection (RFC 7208 section 4).

    ``ip`` is the connecting address, ``sender`` the MAIL FROM address (or its domain), ``helo`` the name the
    client gave. ``.result`` is the RFC's word: none, neutral, pass, fail, softfail, temperror or permerror.
    ``at`` (seconds since 1970) is the time that the macro ``%{t}`` stands for. Raises `UsageError` for what is no
    address; what is wrong with a domain is a result.
    """
    from mailsetup.edge.drive import drive
    from mailsetup.walks import spf_check

    try:
        ip = str(ip_address(ip.strip()))
    except ValueError:
        raise UsageError(say('"{ip}" is not an IPv4 or IPv6 address', ip=ip[:60])) from None
    async with opened(source) as asked:
        return await drive(spf_check.check_host(ip, sender, helo, receiver=receiver, at=at), asked)


async def build_kit(
    brand: Brand | str | Path,
    people: Sequence[Person] | str | Path | None = None,
    output: str | Path = "kit",
    *,
    layouts: Sequence[str] = (),
    all_layouts: bool = False,
    only: str = "",
    workers: int = 1,
    force: bool = False,
    day: date | None = None,
    moved_from: str = "",
    plan: str | Path | None = None,
) -> Built:
    """
    Writes the signature and template pack of a brand into a folder: whole, or not at all.

    ``brand`` is a `Brand` or its file, ``people`` a sequence or a table (else ``people.csv`` beside the brand's
    file); ``layouts`` and ``only`` restrict what is made; ``day`` decides which banners are due (today, unless
    given). ``moved_from`` is the old address of a firm that moves (else ``[move]`` of the project file here) and
    ``plan`` the saved plan whose phases give the days. `InputError` says what is wrong with a file, and where.
    """
    from .kit_build import build_kit as build

    return await asyncio.to_thread(
        build,
        brand,
        people,
        output,
        layouts=layouts,
        all_layouts=all_layouts,
        only=only,
        workers=workers,
        force=force,
        day=day,
        moved_from=moved_from,
        plan=plan,
    )
