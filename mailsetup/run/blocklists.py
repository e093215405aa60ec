"""
Blocklists as a use case: what the lists say about addresses and domains, and what that means for the shell.

First what belongs to each domain (its mail hosts, the addresses it sends from, its name servers),
then every list side by side, each at its own speed: a dead one delays nobody.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mailsetup.model.blocklist import Blocklist, Kind
from mailsetup.model.errors import UsageError
from mailsetup.model.finding import Evidence, Severity
from mailsetup.model.message import Message, say
from mailsetup.model.names import DomainName
from mailsetup.model.snapshot import Snapshot

from .blocklist_choice import Choice, choose, given_keys, public_resolvers_of, with_recorded
from .exit_codes import CLEAN, FINDINGS, OPEN, threshold
from .library import opened
from .sources import SourceSettings, now, open_source

if TYPE_CHECKING:
    from mailsetup.edge.source import Source
    from mailsetup.walks.blocklist_subjects import Subjects
    from mailsetup.walks.blocklistings import Listing

    from .blocklist_source import Memo

LOCAL_LIMIT = 64  # octets before the @

__all__ = [
    "BlocklistOptions",
    "BlocklistRun",
    "TargetReport",
    "ask_blocklists",
    "blocklists",
    "read_targets",
]


@dataclass(frozen=True, slots=True)
class TargetReport:
    """
    One target and everything the lists say about it and what belongs to it.

    ``left_out`` counts addresses and networks beyond the budget, ``unresolved`` are the questions
    (``name TYPE``) whose missing answers may hide more, ``unanswered`` the same with what came instead.
    """

    target: str
    kind: Kind
    listings: tuple[Listing, ...]
    left_out: int = 0
    unresolved: tuple[str, ...] = ()
    unanswered: tuple[Evidence, ...] = ()

    @property
    def nothing_known(self) -> bool:
        """Whether lists were asked about it and not one could say anything."""
        return any(one.decisive for one in self.listings) and all(one.open for one in self.listings)

    @property
    def clean_by_proof(self) -> bool:
        """Whether a list that proved itself by its test entries has no entry for it."""
        return any(
            one.status.value == "clean" and one.proof.value == "proven" and not one.blocklist.allows
            for one in self.listings
        )


@dataclass(frozen=True, slots=True)
class BlocklistRun:
    """
    A whole run. ``lists`` were asked, ``not_asked`` were chosen and are not, each with its reason.

    ``as_of`` is the time of the answers; ``notes`` are for the user.
    """

    as_of: str
    targets: tuple[TargetReport, ...]
    lists: tuple[Blocklist, ...]
    not_asked: tuple[tuple[Blocklist, Message], ...] = ()
    notes: tuple[Message, ...] = ()

    def exit_code(self, fail_on: str = "error") -> int:
        """1 for a listing that weighs enough, 3 when one that would weigh enough is not known, else 0."""
        least = threshold(fail_on)
        found = [listing for target in self.targets for listing in target.listings]
        if any(one.status.value == "listed" and one.severity.rank >= least for one in found):
            return FINDINGS
        hidden = any(t.unresolved or t.nothing_known for t in self.targets) and least <= Severity.ERROR.rank
        if hidden or any(one.decisive and one.severity.rank >= least for one in found):
            return OPEN
        return CLEAN


@dataclass(frozen=True, slots=True)
class BlocklistOptions:
    """What the command line says: lists by id or zone, ``key_file`` the file with subscribers' keys."""

    wanted: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    all_lists: bool = False
    key_file: str | None = None
    fail_on: str = "error"
    force: bool = False


@dataclass(slots=True)
class Targets:
    """What was typed: good targets in order, each once, and a sentence for each that is none."""

    names: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def read_targets(typed: Iterable[str]) -> Targets:
    """Addresses and domains as people type them; one that is neither never stops the others."""
    found = Targets()
    for text in typed:
        try:
            name = read_target(text)
        except UsageError as fault:
            found.refused.append(str(fault))
            continue
        if name not in found.names:
            found.names.append(name)
    return found


def read_target(text: str) -> str:
    """An IP or mail address in its usual form, or a domain in A-labels. Raises `UsageError`."""
    typed = text.strip()
    if "@" in typed:
        return _mail_address(typed)
    inner = typed.removeprefix("[").removesuffix("]")
    address = inner[5:] if inner.lower().startswith("ipv6:") else inner
    try:
        if "%" not in address:
            ip = ipaddress.ip_address(address)
            return str(getattr(ip, "ipv4_mapped", None) or ip)
    except ValueError:
        pass
    base, slash, _ = typed.partition("/")
    if slash and _is_address(base):
        raise UsageError(
            say('"{typed}" is a network; give single addresses, such as {base}', typed=typed[:60], base=base)
        )
    if _is_address(address.partition("%")[0]):
        raise UsageError(say('"{typed}" is bound to one machine; no list knows it', typed=typed[:60]))
    return DomainName.parse(typed)


def _mail_address(typed: str) -> str:
    """A mail address with its domain in A-labels; RFC 5321 section 4.5.3.1.1 bounds what stands before it."""
    local, _, host = typed.removeprefix("mailto:").removeprefix("<").removesuffix(">").rpartition("@")
    if (
        not local
        or len(local.encode()) > LOCAL_LIMIT
        or any(not c.isprintable() or c in " <>@" for c in local)
    ):
        raise UsageError(say('"{typed}" is no mail address; write it as name@your-domain', typed=typed[:60]))
    return f"{local.lower()}@{DomainName.parse(host)}"


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def run_blocklists(
    targets: Sequence[str], options: BlocklistOptions, settings: SourceSettings
) -> BlocklistRun:
    """The command's run: its source, its lists, its answers."""
    import asyncio

    threshold_or_usage(options.fail_on)
    return asyncio.run(_run(targets, options, settings))


def threshold_or_usage(fail_on: str) -> None:
    """Refuses an unknown ``--fail-on``."""
    from .batch import threshold_or_usage as check

    check(fail_on)


async def _run(targets: Sequence[str], options: BlocklistOptions, settings: SourceSettings) -> BlocklistRun:
    from mailsetup.edge.overlay import Recording

    from .blocklist_source import ListSource
    from .snapshot import refuse_taken, write_snapshots

    if settings.record:
        refuse_taken(settings.record, targets[:1], force=options.force)
    opening = open_source(settings)
    keys = with_recorded(given_keys(options.key_file), opening)
    try:
        choice = choose(
            options.wanted,
            options.skipped,
            all_lists=options.all_lists,
            keys=keys,
            through=public_resolvers_of(opening.live),
            mail_addresses=any("@" in target for target in targets),
        )
        if opening.live is not None and settings.probe:
            from mailsetup.edge.dns.probe import check_resolvers

            opening.notes.extend(await check_resolvers(opening.live))
        as_of = opening.as_of(targets[0])
        recording = Recording(ListSource(opening.source, choice.lists, keys.values))
        reports = await ask_blocklists(targets, choice.lists, recording)
        if settings.record:
            said = Snapshot(targets[0], as_of, recording.answers, opening.source.description)
            write_snapshots(settings.record, [said], force=options.force)
        return BlocklistRun(as_of, reports, choice.lists, choice.not_asked, (*keys.notes, *opening.notes))
    finally:
        await opening.source.close()


async def ask_blocklists(
    targets: Sequence[str], lists: Sequence[Blocklist], asked: Source
) -> tuple[TargetReport, ...]:
    """What some lists say about some targets; ``asked`` is a `ListSource`, or what stands around one."""
    from mailsetup.edge.drive import collect
    from mailsetup.walks.blocklist_subjects import (
        Subjects,
        address_subject,
        blocklist_subjects,
        mail_address_subjects,
    )
    from mailsetup.walks.blocklistings import listings

    walks = {t: blocklist_subjects(t) for t in targets if not _is_address(t) and "@" not in t}
    collected = _sound(await collect(walks, asked))
    of: dict[str, Subjects] = {}
    for target in targets:
        subject = address_subject(target)
        if "@" in target:
            of[target] = mail_address_subjects(target)
        else:
            of[target] = Subjects((subject,)) if subject is not None else collected[target]
    every = tuple({(s.kind, s.value): s for found in of.values() for s in found.subjects}.values())
    said = _sound(await collect({one.id: listings(one, every) for one in lists}, asked))
    known = {
        (one.id, listing.subject.kind, listing.subject.value): listing
        for one in lists
        for listing in said[one.id]
    }
    return tuple(_report(target, of[target], lists, known) for target in targets)


def _sound(collected: Any) -> dict[Any, Any]:
    for fault in collected.faults.values():
        raise fault
    return {key: value for key, (value, _) in collected.results.items()}


def _report(
    target: str,
    found: Subjects,
    lists: Sequence[Blocklist],
    known: dict[tuple[str, Kind, str], Listing],
) -> TargetReport:
    listings = tuple(
        known[one.id, subject.kind, subject.value]._replace(subject=subject)
        for subject in found.subjects
        for one in lists
        if (one.id, subject.kind, subject.value) in known
    )
    return TargetReport(
        target, found.subjects[0].kind, listings, found.left_out, found.unknown, found.unanswered
    )


async def blocklists(
    targets: str | Sequence[str],
    *,
    source: Source | None = None,
    lists: Sequence[str] = (),
    skip: Sequence[str] = (),
    all_lists: bool = False,
    key_file: str | None = None,
    memo: Memo | None = None,
) -> BlocklistRun:
    """
    What the lists say about addresses and domains.

    ``lists`` and ``skip`` name lists by id or zone; without ``lists`` the usual ones are asked, with
    ``all_lists`` every live one. Keys come from the environment or from ``key_file``; ``memo`` keeps the
    lists' proofs for an hour across calls. Raises `UsageError` for a target or a list that is none;
    never for what the network does: that is in the listings.
    """
    from .blocklist_source import ListSource

    typed = [targets] if isinstance(targets, str) else list(targets)
    names = list(dict.fromkeys(read_target(text) for text in typed))
    keys = given_keys(key_file)
    async with opened(source) as asked:
        through = public_resolvers_of(asked) if hasattr(asked, "addresses") else ()  # type: ignore[arg-type]
        mail = any("@" in name for name in names)
        choice: Choice = choose(
            lists, skip, all_lists=all_lists, keys=keys, through=through, mail_addresses=mail
        )
        reports = await ask_blocklists(
            names, choice.lists, ListSource(asked, choice.lists, keys.values, memo)
        )
    return BlocklistRun(now(), reports, choice.lists, choice.not_asked, keys.notes)
