"""
The way back: every record set as it was before the plan, as far as nobody changed it since.

In a set of texts only what the plan put in goes out and what it took out comes back; texts that
others added stay. Any other set must be as some phase of the plan left it, else it is not touched
and named. A step of enforcement that the plan only names is taken back too; a DMARC policy stricter
than any the plan knows of is named, never left without a word. Keys only we put in go last, a week
later: what was signed with them is still on its way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from mailsetup.grammar.dmarc import is_dmarc
from mailsetup.grammar.spf import is_spf
from mailsetup.grammar.tag_list import amended
from mailsetup.model.dns import TXT, Rdata, present
from mailsetup.model.message import Message, say
from mailsetup.model.plan import Action, Phase, Plan, RecordChange
from mailsetup.model.retold import as_message
from mailsetup.model.walk import Walk

from .edits import identity
from .enforcement import policy_of, step_changes, strength, text_of
from .existing import Existing, SetState, Target, existing_records
from .phases import KEY_GRACE_DAYS, in_zone, iso, moment, wait_of

KEYS_TITLE = say("Withdraw the keys that the plan published")
KEYS_STAY = say(
    "Letters on their way still need the keys they were signed with for {days} days", days=KEY_GRACE_DAYS
)
BOTH_SEND = say("old and new may both send again, until the mail is back at the old hosts")
LAST_FIRST = say("What was done last is taken back first, once caches hold it no longer")
KEYS = 0  # the number, before numbering anew, of the phase that withdraws keys: it sorts last

ONLY_ONCE = {"dmarc": is_dmarc, "spf": is_spf}  # RFC 9989 section 4.10, RFC 7208 section 4.5


class Undoing(NamedTuple):
    """``refused`` are the record sets that were changed since, or could not be read, as "owner TYPE"."""

    plan: Plan
    refused: tuple[str, ...]


def is_way_back(plan: Plan) -> bool:
    """Whether a plan takes another one back."""
    return bool((plan.options or {}).get("undo_of"))


def undo(plan: Plan, as_of: str) -> Walk[Undoing]:
    """A plan that takes back another, from what stands there now."""
    owners = {(c.owner, c.rdtype): None for c in plan.changes}
    existing = yield from existing_records(plan.domain, owners)
    return undone(plan, existing, as_of)


def undone(plan: Plan, existing: Existing, as_of: str) -> Undoing:
    """The way back from answers already there."""
    changes: list[RecordChange] = []
    refused: list[tuple[Target, Message]] = []
    retired = frozenset(p.number for p in plan.phases if p.id == "retire")
    for target, history in _histories(plan, existing).items():
        change, fault = _back(target, history, existing.state(*target))
        if fault is not None:
            refused.append((target, fault))
        elif change is not None:
            changes += _in_turn(change, history, retired)
    changes = _keys_last(changes)
    numbers = sorted({c.phase for c in changes}, reverse=True)
    renumbered = {old: new for new, old in enumerate(numbers, 1)}
    steps = _steps(plan, renumbered, changes, as_of, existing.negative_ttl)
    numbered = sorted(
        (replace(c, phase=renumbered[c.phase]) for c in changes), key=lambda c: (c.phase, c.owner, c.rdtype)
    )
    names = tuple(f"{owner} {rdtype}" for (owner, rdtype), _ in refused)
    return Undoing(
        Plan(
            domain=plan.domain,
            as_of=as_of,
            providers=plan.providers,
            changes=tuple(numbered),
            phases=steps,
            notes=tuple(fault for _, fault in refused),
            dns_host=plan.dns_host,
            options={**(plan.options or {}), "undo_of": plan.as_of, "refused": list(names)},
        ),
        names,
    )


def _histories(plan: Plan, existing: Existing) -> dict[Target, list[RecordChange]]:
    """The changes that write something, by record set, in the order of their phases; a policy that was kept too."""
    histories: dict[Target, list[RecordChange]] = {}
    for change in sorted((*plan.changes, *_taken(plan, existing)), key=lambda c: c.phase):
        policy = change.purpose == "dmarc" and change.rdtype == "TXT"
        if change.action is not Action.WAITING and (policy or change.action is not Action.KEEP):
            histories.setdefault((change.owner, change.rdtype), []).append(change)
    return histories


def _taken(plan: Plan, existing: Existing) -> list[RecordChange]:
    """The steps of enforcement that the plan only names, up to the one that stands there now."""
    named = step_changes(plan).named
    for last in range(len(named), 0, -1):
        there = {identity(r) for r in existing.state(named[last - 1].owner, "TXT").records}
        if _put_in(named[last - 1]) <= there:
            return list(named[:last])
    return []


def _put_in(change: RecordChange) -> set[object]:
    return {identity(r) for r in change.after} - {identity(r) for r in change.before}


def _back(
    target: Target, history: list[RecordChange], state: SetState
) -> tuple[RecordChange | None, Message | None]:
    owner, rdtype = target
    if not state.known:
        return None, say(
            "{owner} {rdtype} could not be read ({detail}), so it is not taken back. Run it again when the name servers "
            "answer.",
            owner=owner,
            rdtype=rdtype,
            detail=as_message(state.detail),
        )
    found = () if state.alias and rdtype != "CNAME" else state.records
    original = history[0].before
    if _same(found, original):
        return _only_ttl(history, found, state)
    left = max((r for c in history for r in (c.before, c.after)), key=strength)
    if history[-1].purpose == "dmarc" and strength(found) > max(strength(left), 0):
        return None, _stricter(owner, found, history[-1])
    goal = _texts_back(history, found) if rdtype == "TXT" else _set_back(history, found)
    if goal is None or (rdtype == "TXT" and (_replaced(history, goal) or _rewritten(history, goal))):
        return None, say(
            "{owner} {rdtype} was changed since the plan was made and is not taken back. Now there: {found}. Before the "
            "plan: {original}.",
            owner=owner,
            rdtype=rdtype,
            found=", ".join(present(r, rdtype) for r in found) or say("nothing"),
            original=", ".join(present(r, rdtype) for r in original) or say("nothing"),
        )
    if _same(goal, found):
        return None, None
    phase = _reached(history, found)
    action = Action.DELETE if not goal else Action.CREATE if not found else Action.UPDATE
    ttl = history[0].ttl_before or history[0].ttl
    reason = say("as it was before the plan")
    return RecordChange(
        action, owner, rdtype, ttl, found, goal, reason, phase, state.ttl, purpose=history[-1].purpose
    ), None


def _in_turn(
    change: RecordChange, history: list[RecordChange], retired: frozenset[int]
) -> list[RecordChange]:
    """
    The way back of an SPF record whose last phase took the old provider out: the joint one first, then that of before.

    Letters leave through the new provider until the MX are back, so its term goes after them and not before.
    """
    earlier = [c.phase for c in history if c.purpose == "spf" and c.phase not in retired]
    if change.rdtype != "TXT" or change.phase not in retired or not earlier:
        return [change]
    joint = _texts_back([c for c in history if c.phase in retired], change.before)
    if joint is None or _same(joint, change.after) or _same(joint, change.before):
        return [change]
    first = replace(change, action=Action.UPDATE, after=joint, reason=BOTH_SEND, purpose="spf")
    return [first, replace(change, before=joint, phase=max(earlier), ttl_before=change.ttl, purpose="spf")]


def _reached(history: list[RecordChange], found: tuple[Rdata, ...]) -> int:
    """
    The last phase whose records stand there, so that what was never done does not set the order.

    Taken back first, SPF would refuse letters while the mail still leaves through the new provider.
    """
    there = {identity(r) for r in found}
    for change in reversed(history):
        after = {identity(r) for r in change.after}
        if change.rdtype == "TXT":
            gone = {identity(r) for r in change.before} - after
            if _put_in(change) <= there and not gone & there:
                return change.phase
        elif after == there:
            return change.phase
    return max(c.phase for c in history)


def _stricter(owner: str, found: tuple[Rdata, ...], last: RecordChange) -> Message:
    return say(
        "{owner} TXT was changed since the plan was made and is not taken back: its DMARC policy is p={policy}, stricter "
        'than the plan left it, and letters from the old provider may fail it. Relax it first: publish "{text}" there, '
        "then run this again.",
        owner=owner,
        policy=policy_of(found),
        text=text_of(last.after) or amended(text_of(found), p="none"),
    )


def _keys_last(changes: list[RecordChange]) -> list[RecordChange]:
    """Keys that only go, where nothing takes their place, are withdrawn after everything else."""
    replaced = {
        c.owner for c in changes if any(identity(r) not in set(map(identity, c.before)) for r in c.after)
    }
    return [
        replace(c, phase=KEYS)
        if c.purpose == "dkim" and c.owner not in replaced and c.before != c.after
        else c
        for c in changes
    ]


def _only_ttl(
    history: list[RecordChange], found: tuple[Rdata, ...], state: SetState
) -> tuple[RecordChange | None, Message | None]:
    """A set that is as it was, perhaps with a lowered TTL to raise again."""
    first = history[0]
    lowered = first.purpose == "ttl" and state.ttl is not None and first.ttl_before is not None
    if not lowered or state.ttl is None or first.ttl_before is None or state.ttl >= first.ttl_before:
        return None, None
    reason = say("the TTL as it was")
    return RecordChange(
        Action.UPDATE,
        first.owner,
        first.rdtype,
        first.ttl_before,
        found,
        found,
        reason,
        first.phase,
        state.ttl,
        purpose="ttl",
    ), None


def _set_back(history: list[RecordChange], found: tuple[Rdata, ...]) -> tuple[Rdata, ...] | None:
    """The original set, if what is there is what some phase left."""
    return history[0].before if any(_same(found, c.after) for c in history) else None


def _texts_back(history: list[RecordChange], found: tuple[Rdata, ...]) -> tuple[Rdata, ...] | None:
    """The texts of others with ours taken back; None if one of ours is no longer as any phase left it."""
    there = {identity(r) for r in found}
    before = {identity(r) for r in history[0].before}
    ours = {identity(r) for c in history for r in c.after} - before
    if before <= there and not ours & there:
        return found
    for change in reversed(history):
        after = {identity(r) for r in change.after}
        put_in, taken_out = after - before, before - after
        if put_in <= there and not taken_out & there:
            kept = [r for r in found if identity(r) not in put_in]
            back = [r for r in history[0].before if identity(r) in taken_out]
            return (*kept, *back)
    return None


def _replaced(history: list[RecordChange], found: tuple[Rdata, ...]) -> bool:
    """Whether somebody wrote a record of the kind that may stand only once, where before the plan none stood."""
    before = [r.text for r in history[0].before if isinstance(r, TXT)]
    after = [r.text for r in found if isinstance(r, TXT)]
    kinds = [ONLY_ONCE[c.purpose] for c in history if c.purpose in ONLY_ONCE]
    return any(any(map(kind, after)) and not any(map(kind, before)) for kind in kinds)


def _rewritten(history: list[RecordChange], goal: tuple[Rdata, ...]) -> bool:
    """Whether an SPF record that would stay holds what the plan put in, or lacks what it took out."""
    if not any(c.purpose == "spf" for c in history):
        return False
    original = _spf_words(history[0].before)
    words = _spf_words(goal)
    if words == original:
        return False
    afters = [_spf_words(c.after) for c in history if c.purpose == "spf"]
    put_in = set().union(*afters) - original
    taken_out = {word for after in afters for word in original - after}
    return bool(words & put_in or taken_out - words)


def _spf_words(records: Iterable[Rdata]) -> set[str]:
    """The words of the SPF records among some texts."""
    return {w for r in records if isinstance(r, TXT) and is_spf(r.text) for w in r.text.lower().split()}


def _same(one: Iterable[Rdata], other: Iterable[Rdata]) -> bool:
    return {identity(r) for r in one} == {identity(r) for r in other}


def _steps(
    plan: Plan,
    renumbered: dict[int, int],
    changes: list[RecordChange],
    as_of: str,
    negative_ttl: int | None,
) -> tuple[Phase, ...]:
    """The phases in reverse, each after what the one before it changed has left the caches."""
    from datetime import timedelta

    ids = {p.number: p.id for p in plan.phases}
    zone = str((plan.options or {}).get("time_zone", ""))
    start = moment(as_of)
    steps = []
    for old, new in renumbered.items():
        own = [c for c in changes if c.phase == old]
        wait = wait_of(own, negative_ttl)
        withdrawn = old == KEYS
        if withdrawn and new > 1:
            start += timedelta(days=KEY_GRACE_DAYS)
        earliest = iso(start)
        steps.append(
            Phase(
                number=new,
                id="retire" if withdrawn else ids.get(old, "switch"),
                title=KEYS_TITLE if withdrawn else say("Take back phase {number}", number=old),
                earliest=earliest,
                why_then=KEYS_STAY if withdrawn else LAST_FIRST,
                closes_when=say(
                    "mailsetup verify --plan {plan} --phase {number} finds every record",
                    number=new,
                    plan="undo.json",
                ),
                wait_seconds=wait,
                earliest_local=in_zone(earliest, zone),
            )
        )
        start += timedelta(seconds=wait)
    return tuple(steps)
