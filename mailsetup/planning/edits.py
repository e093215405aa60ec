"""
Edits to record sets, in phases, and the changes that come of them.

Several parts of a plan write to one set (verification, SPF and foreign texts share a name), and
one set may change in several phases. Each edit says what it takes out and puts in; a change shows
the whole set before and after. An edit at a set that could not be read changes nothing: it waits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mailsetup.model.dns import MX, SRV, TXT, Rdata
from mailsetup.model.message import Message, say
from mailsetup.model.plan import Action, RecordChange
from mailsetup.model.retold import as_message

from .existing import Existing, SetState, Target
from .request import DEFAULT_TTL

PHASE_ORDER = ("prepare", "prove", "authenticate", "permit", "switch", "retire", "enforce", "enforce-2")
"""The steps of a move in their order; ``permit`` is the second half of authenticate where DKIM must come first."""


@dataclass(frozen=True, slots=True)
class Edit:
    """
    One wish about one record set. ``whole`` takes out everything there is; else only ``remove`` goes.

    ``waiting_for`` names missing parameters; ``blocked`` says that something else stands in the way. Either
    makes the change wait. ``ttl`` 0 keeps the one found. ``needed`` are the records somebody requires.
    """

    phase: str
    owner: str
    rdtype: str
    reason: Message
    purpose: str
    add: tuple[Rdata, ...] = ()
    remove: tuple[Rdata, ...] = ()
    whole: bool = False
    needed: tuple[Rdata, ...] | None = None
    waiting_for: tuple[str, ...] = ()
    blocked: bool = False
    ttl: int = 0

    @property
    def target(self) -> Target:
        """The record set meant."""
        return self.owner, self.rdtype


@dataclass(frozen=True, slots=True)
class Draft:
    """A change whose phase has a name but no number yet."""

    phase: str
    change: RecordChange


def drafts(edits: Iterable[Edit], existing: Existing, ttl: int = DEFAULT_TTL) -> tuple[Draft, ...]:
    """The changes that some edits amount to, each set followed from phase to phase."""
    ordered = sorted(edits, key=lambda e: PHASE_ORDER.index(e.phase))
    sets: dict[Target, tuple[Rdata, ...]] = {}
    ttls: dict[Target, int] = {}
    out: list[Draft] = []
    groups: dict[tuple[str, Target, bool], list[Edit]] = {}
    for edit in ordered:
        waits = bool(edit.waiting_for) or edit.blocked
        groups.setdefault((edit.phase, edit.target, waits), []).append(edit)
    for (phase, target, waits), group in groups.items():
        state = existing.state(*target)
        before = sets.setdefault(target, () if state.alias else state.records)
        old_ttl = ttls.get(target, state.ttl if before else None)
        if waits or not state.known:
            out.extend(Draft(phase, _waiting(edit, before, state, old_ttl, ttl)) for edit in group)
            continue
        change = _change(group, before, old_ttl, ttl)
        sets[target] = change.after
        ttls[target] = change.ttl
        out.append(Draft(phase, change))
    return tuple(out)


def _change(group: list[Edit], before: tuple[Rdata, ...], old_ttl: int | None, ttl: int) -> RecordChange:
    after = before
    for edit in group:
        after = _applied(edit, after)
    first = group[0]
    wanted_ttl = max((e.ttl for e in group), default=0) or (old_ttl if old_ttl and before else ttl)
    same = _same(before, after)
    needed = tuple(dict.fromkeys(r for e in group for r in (e.needed if e.needed is not None else e.add)))
    action = _action(before, after, same and (wanted_ttl == old_ttl or first.purpose != "ttl"))
    return RecordChange(
        action=action,
        owner=first.owner,
        rdtype=first.rdtype,
        ttl=old_ttl if action is Action.KEEP and old_ttl is not None else wanted_ttl,
        before=before,
        after=before if same else after,
        reason=joined([e.reason for e in group]),
        phase=0,
        ttl_before=old_ttl,
        needed=needed or None,
        purpose=first.purpose,
    )


def _applied(edit: Edit, records: tuple[Rdata, ...]) -> tuple[Rdata, ...]:
    """A set after one edit; what is put in takes the place of what is taken out."""
    gone = set(map(identity, records if edit.whole else edit.remove))
    left = [r for r in records if identity(r) not in gone]
    there = set(map(identity, left))
    new = [r for r in dict.fromkeys(edit.add) if identity(r) not in there]
    place = next((i for i, r in enumerate(records) if identity(r) in gone), len(left))
    return (*left[:place], *new, *left[place:])


def _action(before: tuple[Rdata, ...], after: tuple[Rdata, ...], same: bool) -> Action:
    if same:
        return Action.KEEP
    if not before:
        return Action.CREATE
    return Action.UPDATE if after else Action.DELETE


def _same(before: tuple[Rdata, ...], after: tuple[Rdata, ...]) -> bool:
    return len(before) == len(after) and set(map(identity, before)) == set(map(identity, after))


def identity(record: Rdata) -> object:
    """What makes two records one: names without case, texts without their chunks."""
    match record:
        case str():
            return record.lower()
        case TXT():
            return record.text
        case MX(preference, exchange):
            return preference, exchange.lower()
        case SRV(priority, weight, port, target):
            return priority, weight, port, target.lower()
    return record


def _waiting(
    edit: Edit, before: tuple[Rdata, ...], state: SetState, old_ttl: int | None, ttl: int
) -> RecordChange:
    reason = edit.reason
    named = "{" not in edit.owner  # nobody can be asked about a name that the console has yet to tell
    if named and not state.known and not edit.blocked:  # what is held back says itself why it waits
        reason = say(
            "{reason}. This waits: what stands at {owner} could not be read ({detail}), and nothing is written "
            "over what is not known; run the plan again when the name servers answer",
            reason=edit.reason,
            owner=edit.owner,
            detail=as_message(state.detail),
        )
    return RecordChange(
        action=Action.WAITING,
        owner=edit.owner,
        rdtype=edit.rdtype,
        ttl=edit.ttl or old_ttl or ttl,
        before=before,
        after=before,
        reason=reason,
        phase=0,
        ttl_before=old_ttl,
        waiting_for=edit.waiting_for,
        purpose=edit.purpose,
    )


def joined(reasons: list[Message]) -> Message:
    """Several reasons as one message, each said once."""
    unique = list({str(reason): reason for reason in reasons}.values())
    joint = unique[0]
    for message in unique[1:]:
        joint = say("{first}; {then}", first=joint, then=message)
    return joint
