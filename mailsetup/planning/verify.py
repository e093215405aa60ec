"""
Expected against found, record by record, for the phase that is due.

A record that contains what is needed is right: order, case, chunks, TTL and further terms never
make it wrong; so the phase that only lowers TTLs holds nobody up, and is shown beside the one that
is due. An alias that its host flattens is right when what is found equals what the target has. What
could not be read is unknown, never missing.

A step of enforcement is an item of its own, whether the plan holds its change or only names it: it rests
on reports that no zone shows, so it is due when it is asked for by its number, or its change is planned and
its time has come, and nothing is complete before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.grammar.spf import is_spf
from mailsetup.model.dns import TXT, UNASKED, DnsAnswer, DnsQuestion, Rdata
from mailsetup.model.message import Message, say
from mailsetup.model.names import NAME_LIMIT
from mailsetup.model.plan import Action, Plan, RecordChange
from mailsetup.model.profile import Resolved
from mailsetup.model.walk import Walk, ask

from .edits import identity
from .enforcement import policy_of, step_changes
from .existing import Target
from .match import ADDRESS_TYPES, Found, ItemStatus, judge, lost_texts, restored
from .undo import is_way_back

__all__ = ["Item", "ItemStatus", "Verification", "judged", "questions_of", "verification"]


class Item(NamedTuple):
    """One record set: the change that says what is expected, and what was found."""

    change: RecordChange
    status: ItemStatus
    found: tuple[Rdata, ...]
    message: Message
    ttl: int | None = None
    step: bool = False

    @property
    def held(self) -> bool:
        """Whether it is a step of enforcement that waits for its reports: no fault, and no reason to wait now."""
        return self.step and self.status in (ItemStatus.NOT_YET_DUE, ItemStatus.WAITING)

    @property
    def lingers(self) -> bool:
        """Whether it is a TTL that is still to be lowered: never wrong, since it costs nothing but time."""
        return self.change.purpose == "ttl" and self.ttl is not None and self.ttl > self.change.ttl

    @property
    def settled(self) -> bool:
        """Whether nothing about it keeps its phase open."""
        return self.status in (ItemStatus.RIGHT, ItemStatus.NOT_YET_DUE)


@dataclass(frozen=True, slots=True)
class Verification:
    """
    ``phase_due`` is the number of the phase judged (0: none has anything to do; the last one for ``all``).

    ``ahead`` is the first later phase that has something to do which does not stand there yet (0: none).
    ``notes`` are for the reader. ``exit_code``: 0 right, 1 something is wrong, missing or waits, 3 nothing
    is wrong but something could not be read.
    """

    domain: str
    items: tuple[Item, ...]
    phase_due: int
    notes: tuple[Message, ...] = ()
    ahead: int = 0

    @property
    def finished(self) -> bool:
        """Whether all is published, steps of enforcement that wait for their reports aside."""
        return not self.ahead and all(i.status is ItemStatus.RIGHT or i.held for i in self.items)

    @property
    def exit_code(self) -> int:
        """As the audit's: 0, 1 or 3."""
        found = {item.status for item in self.items}
        if found & {ItemStatus.WRONG, ItemStatus.MISSING, ItemStatus.WAITING}:
            return 1
        return 3 if ItemStatus.UNKNOWN in found else 0


def verification(
    plan: Plan,
    phase: int | str | None = None,
    *,
    services: Iterable[Resolved] = (),
    now: str = "",
    server: str = "",
    only: frozenset[Target] | None = None,
) -> Walk[Verification]:
    """
    What a plan expects against what is there, in one round, and a second where something is missing.

    ``phase`` is a number, ``"all"`` or None for the one that is due; with ``now`` (ISO 8601, UTC) a
    phase whose earliest time lies ahead is not due. ``services`` are the providers' profiles, whose
    other MX sets count as right. ``server`` asks one server directly; alias targets are always
    asked of the usual source. ``only`` leaves out other record sets.
    """
    planned = (*plan.changes, *step_changes(plan).named)
    wanted = [c for c in planned if only is None or (c.owner, c.rdtype) in only]
    answers: dict[DnsQuestion, DnsAnswer] = {}
    questions = tuple(dict.fromkeys(q for c in wanted for q in questions_of(c, server)))
    for question, answer in zip(questions, (yield from ask(*questions)), strict=True):
        answers[question] = answer
    found = judged(plan, wanted, answers, phase, tuple(services), now, server)
    places = [(i, z) for i in found.items if _lacks(i) for z in _origins(plan.domain)]
    typed = tuple(DnsQuestion(f"{i.change.owner}.{z}", i.change.rdtype, server) for i, z in places)
    if not typed:
        return found
    there = yield from ask(*typed)
    astray = {
        (i.change.owner, i.change.rdtype): z
        for (i, z), answer in zip(places, there, strict=True)
        if _stands_in(i, answer)
    }
    items = (_told_astray(i, astray.get((i.change.owner, i.change.rdtype), "")) for i in found.items)
    return replace(found, items=tuple(items))


def _origins(domain: str) -> tuple[str, ...]:
    """What a panel adds to the names typed into it: the zone, which is the domain or one above it."""
    return tuple(dict.fromkeys((domain, organizational_domain(domain))))


def _lacks(item: Item) -> bool:
    wanting = item.status in (ItemStatus.MISSING, ItemStatus.WRONG) and item.change.after
    return bool(wanting) and len(item.change.owner) * 2 < NAME_LIMIT


def _stands_in(item: Item, there: DnsAnswer) -> bool:
    """Whether an answer holds what an item lacks, or would do in its place."""
    if not there.found:
        return False
    wanted = {identity(r) for r in item.change.after} - {identity(r) for r in item.found}
    if not wanted.isdisjoint(map(identity, there.records)):
        return True
    return judge(item.change, there, lambda *_: UNASKED, (), False)[0] is ItemStatus.RIGHT


def _told_astray(item: Item, origin: str) -> Item:
    """An item whose record stands where the domain is in the name twice, with the name to enter instead."""
    if not origin or not _lacks(item):
        return item
    message = say(
        "it stands at {astray}: the panel adds the domain itself, so enter only {short} as the name",
        astray=f"{item.change.owner}.{origin}",
        short=item.change.owner.removesuffix(origin).rstrip(".") or "@",
    )
    return item._replace(message=message)


def questions_of(change: RecordChange, server: str = "") -> tuple[DnsQuestion, ...]:
    """What must be asked to judge one change."""
    own = [DnsQuestion(change.owner, change.rdtype, server)]
    if change.rdtype != "CNAME":
        return tuple(own)
    own += [DnsQuestion(change.owner, t, server) for t in (*ADDRESS_TYPES, "TXT")]
    targets = {str(r) for r in (*change.after, *(change.needed or ()))}
    return (*own, *(DnsQuestion(name, t) for name in sorted(targets) for t in (*ADDRESS_TYPES, "TXT")))


def judged(
    plan: Plan,
    changes: list[RecordChange],
    answers: Mapping[DnsQuestion, DnsAnswer],
    phase: int | str | None = None,
    services: tuple[Resolved, ...] = (),
    now: str = "",
    server: str = "",
) -> Verification:
    """The items from answers already there."""

    def found(name: str, rdtype: str) -> DnsAnswer:
        direct = answers.get(DnsQuestion(name, rdtype, server))
        return direct if direct is not None else answers.get(DnsQuestion(name, rdtype), UNASKED)

    back = is_way_back(plan)
    retiring = {p.number for p in plan.phases if back or p.id == "retire"}
    items = {id(c): _item(c, found, services, c.phase in retiring, back) for c in changes}
    enforcing = step_changes(plan).phases
    by_target: dict[Target, list[Item]] = {}
    steps: list[Item] = []
    for change in sorted(changes, key=lambda c: c.phase):
        if change.phase in enforcing:
            steps.append(items[id(change)]._replace(step=True))
        else:
            by_target.setdefault((change.owner, change.rdtype), []).append(items[id(change)])
    due = _due(plan, by_target, steps, phase, now)
    chosen = [item for group in by_target.values() for item in _of_set(group, due)]
    chosen += [_of_step(item, due, everything=phase == "all") for item in steps]
    chosen.sort(key=lambda i: (i.change.phase, i.change.owner, i.change.rdtype))
    later = (items[id(c)] for c in changes if c.phase > due and c.phase not in enforcing)
    busy = (i.change for i in later if i.status is not ItemStatus.RIGHT)
    ahead = min((c.phase for c in busy if c.action is not Action.KEEP), default=0)
    return Verification(plan.domain, tuple(chosen), due, tuple(_lost(plan, answers, due, server)), ahead)


def _lost(plan: Plan, answers: Mapping[DnsQuestion, DnsAnswer], due: int, server: str) -> Iterator[Message]:
    """The texts of others that should have stayed at the names that the plan has written to by now."""
    texts = [c for c in sorted(plan.changes, key=lambda c: c.phase) if c.rdtype == "TXT"]
    first = {c.owner: c.before for c in reversed(texts)}
    for owner, change in {c.owner: c for c in texts if c.phase <= due}.items():
        answer = answers.get(DnsQuestion(owner, "TXT", server), UNASKED)
        if answer.unknown or answer.aliases:
            continue
        records = answer.records if answer.found else ()
        gone = lost_texts(first[owner], change, records)
        if gone:
            yield say(
                "These texts stood at {owner} and were to stay, and they are gone: {texts}. If nobody took them out on "
                "purpose, publish them again: another service may rest on them.",
                owner=owner,
                texts="; ".join(f'"{t[:60]}"' for t in gone[:12]),
            )


def _due(
    plan: Plan, by_target: Mapping[Target, list[Item]], steps: list[Item], phase: int | str | None, now: str
) -> int:
    """The first phase that is not done, unless its time has not come; with all done the last one."""
    last = max((p.number for p in plan.phases), default=0)
    if phase == "all":
        return last
    if phase is not None:
        return int(phase)
    busy = sorted(
        {i.change.phase for g in by_target.values() for i in g if i.change.action is not Action.KEEP}
    )
    starts = {p.number: p.earliest or "" for p in plan.phases}
    done = 0
    for number in busy:
        if now and starts.get(number, "") > now:
            return done or min(busy, default=0)
        done = number
        items = [i for group in by_target.values() for i in _of_set(group, number)]
        if not all(i.settled for i in items if i.change.phase <= number):
            return number
    return _step_due(plan, steps, starts, now) or done


def _step_due(plan: Plan, steps: list[Item], starts: Mapping[int, str], now: str) -> int:
    """The last step taken, or the one after it where its change is planned and its time has come."""
    taken = 0
    for item in steps:
        number = item.change.phase
        if item.status is not ItemStatus.RIGHT:
            come = item.change in plan.changes and now and starts.get(number, "") <= now
            return number if come else taken
        taken = number
    return taken


def _of_step(item: Item, due: int, *, everything: bool) -> Item:
    """A step of enforcement: done, missing where it is due, else held until the reports are in."""
    if item.status is ItemStatus.RIGHT:
        return item
    if everything:
        unread = item.status is ItemStatus.UNKNOWN
        return item if unread else item._replace(status=ItemStatus.WAITING, message=_reports(item))
    if item.change.phase > due:
        return item._replace(status=ItemStatus.NOT_YET_DUE, message=_reports(item))
    return item._replace(status=ItemStatus.MISSING) if item.status is ItemStatus.WRONG else item


def _of_set(group: list[Item], due: int) -> list[Item]:
    """
    The items of one set for a due phase: each that keeps it open, or else one for all.

    Texts for several purposes share a name (a proof, SPF), and what is there for one says nothing of another.
    """
    purposes: dict[str, list[Item]] = {}
    for item in group:
        purpose = "mx" if item.change.purpose == "ttl" else item.change.purpose
        purposes.setdefault(purpose, []).append(item)
    shown = [item for own in purposes.values() for item in _of_purpose(own, due)]
    still_open = [i for i in shown if not i.settled]
    if still_open:
        return still_open
    right = [i for i in shown if i.status is ItemStatus.RIGHT]
    return sorted(right, key=lambda i: (i.change.phase <= due, i.change.phase))[-1:] or shown[:1]


def _of_purpose(group: list[Item], due: int) -> list[Item]:
    """
    The item of one purpose for a due phase: the last change up to it, or a later one that is true already.

    Changes that wait stand beside it, each for itself.
    """
    upto = [i for i in group if i.change.phase <= due]
    later = [i for i in group if i.change.phase > due]
    astray = _astray(group, upto, later)
    if astray is not None:
        return [astray]
    waiting = [i for i in upto if i.status is ItemStatus.WAITING]
    decided = [i for i in upto if i.status is not ItemStatus.WAITING]
    out = list(waiting)
    if decided:
        best = decided[-1]
        ahead = next((i for i in later if i.status is ItemStatus.RIGHT), None)
        if ahead is not None and best.lingers:
            best = ahead  # what the TTL was to be lowered for is done
        elif ahead is not None and best.status is not ItemStatus.RIGHT:
            best = best._replace(status=ItemStatus.RIGHT, message=ahead.message)
        out.append(best)
    elif later and not waiting:
        first = later[0]
        settled = first.status is ItemStatus.RIGHT
        out.append(first if settled else first._replace(status=ItemStatus.NOT_YET_DUE, message=_NOT_YET))
    return out


def _astray(group: list[Item], upto: list[Item], later: list[Item]) -> Item | None:
    """
    A set that is not yet due, yet neither as it was nor as any phase leaves it: published early and wrong.

    Mail is lost by it now, whatever the calendar says: hosts nobody named, or an SPF record too many.
    """
    if not later or any(i.change.purpose not in ("mx", "ttl") for i in upto):
        return None
    first = later[0]
    if first.status is not ItemStatus.WRONG:
        return None
    if first.change.purpose == "spf":
        before = sum(is_spf(r.text) for r in first.change.before if isinstance(r, TXT))
        there = sum(is_spf(r.text) for r in first.found if isinstance(r, TXT))
        return first if there > max(before, 1) else None
    if first.change.purpose != "mx" or not first.found:
        return None
    known = [i.change.before for i in group] + [i.change.after for i in group]
    there_now = set(map(identity, first.found))
    right = any(i.status is ItemStatus.RIGHT for i in later)
    return None if right or any(there_now == set(map(identity, k)) for k in known) else first


_NOT_YET = say("belongs to a later phase")


def _reports(item: Item) -> Message:
    return say(
        "p={policy} waits for the reports: they must show that all your own mail passes",
        policy=policy_of(item.change.after),
    )


def _item(
    change: RecordChange, found: Found, services: tuple[Resolved, ...], retiring: bool, back: bool
) -> Item:
    answer = found(change.owner, change.rdtype)
    records = answer.records if not (answer.aliases and change.rdtype == "CNAME") else ()
    status, message = judge(change, answer, found, services, retiring)
    if back and status is ItemStatus.WRONG and change.after and restored(change, records):
        status, message = ItemStatus.RIGHT, say("as it was before the plan")
    return Item(change, status, records, message, answer.ttl)
