"""A plan's result as record sets: what every zone format writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mailsetup.model.dns import TXT, Rdata, dotted, present, quoted
from mailsetup.model.language import translated
from mailsetup.model.message import Message, say
from mailsetup.model.plan import Action, Plan, RecordChange
from mailsetup.planning.held import left_out, publishable
from mailsetup.planning.phases import PLAN_FILE
from mailsetup.planning.undo import is_way_back


class RecordSet(NamedTuple):
    """A whole set to publish; ``before`` is what stands there now, ``reason`` why it changes."""

    owner: str
    rdtype: str
    ttl: int
    records: tuple[Rdata, ...]
    before: tuple[Rdata, ...] = ()
    ttl_before: int | None = None
    reason: str = ""


def published(plan: Plan, phase: int | None = None) -> list[RecordSet]:
    """
    The sets as they stand after a phase (None: after the last), those kept included, sorted by owner and type.

    A phase that another one holds up counts for nothing.
    """
    return [s for s in _final(plan, phase) if s.records]


def removed(plan: Plan, phase: int | None = None) -> list[RecordSet]:
    """The sets that are gone after a phase, with what they held."""
    return [s for s in _final(plan, phase) if not s.records and s.before]


def touched(plan: Plan, phase: int | None = None) -> list[RecordSet]:
    """The sets that differ from what stands there now."""
    return [s for s in published(plan, phase) if s.records != s.before or s.ttl != (s.ttl_before or s.ttl)]


def waiting(plan: Plan) -> list[RecordChange]:
    """The changes that lack a value."""
    return [c for c in plan.changes if c.action is Action.WAITING]


def _final(plan: Plan, phase: int | None) -> Iterator[RecordSet]:
    state: dict[tuple[str, str], RecordSet] = {}
    for change in sorted(publishable(plan).changes, key=lambda c: c.phase):
        if change.action is Action.WAITING or (phase is not None and change.phase > phase):
            continue
        key = (change.owner, change.rdtype)
        first = state.get(key)
        state[key] = RecordSet(
            *key,
            change.ttl,
            change.after,
            change.before if first is None else first.before,
            change.ttl_before if first is None else first.ttl_before,
            str(change.reason),
        )
    for key in sorted(state):
        yield state[key]


def zone_text(rdata: Rdata, rdtype: str) -> str:
    """Rdata as master files have it: TXT in strings of at most 255 octets (RFC 1035 section 3.3.14)."""
    if isinstance(rdata, TXT):
        whole = b"".join(rdata.chunks)
        chunks = [whole[i : i + 255] for i in range(0, len(whole), 255)] or [b""]
        return " ".join(quoted(chunk) for chunk in chunks)
    return present(rdata, rdtype)


def relative(owner: str, domain: str) -> str:
    """An owner relative to the zone, ``@`` for the zone itself; a name outside it keeps its final dot."""
    if owner == domain:
        return "@"
    return owner.removesuffix("." + domain) if owner.endswith("." + domain) else dotted(owner)


def missing(plan: Plan, phase: int | None = None) -> list[str]:
    """The comments on what is not in the file: phases left out, and the changes that wait."""
    return [
        *(comment(str(sentence)) for sentence in left_out(plan, phase)),
        *(f"{say('waiting:')} {dotted(c.owner)} {c.rdtype}: {comment(str(c.reason))}" for c in waiting(plan)),
    ]


def comment(text: str) -> str:
    """Text that stays on one comment line."""
    return " ".join(text.split())


def sentence(message: Message) -> str:
    """A message as a sentence of its own: prose begins with a capital, a name as it is written; one full stop ends it."""
    text = re.sub(r"(?<!\.)\.\.(?=\s|$)", ".", str(message))
    return text[:1].upper() + text[1:] if _prose(message) else text


def _prose(message: Message, depth: int = 8) -> bool:
    opening = translated(message.template)
    if not opening.startswith("{"):
        return True
    value = message.values.get(re.split(r"[:}]", opening[1:], maxsplit=1)[0])
    return isinstance(value, Message) and depth > 0 and _prose(value, depth - 1)


def file_of(plan: Plan) -> str:
    """The file that a plan's own commands name: the one it is saved in, or the one it is to be saved in."""
    named = (str(p.closes_when.values.get("plan", "")) for p in plan.phases)
    return next(filter(None, named), "undo.json" if is_way_back(plan) else PLAN_FILE)


def made_by(plan: Plan) -> Message:
    """The first line of a file: whose records it holds, and as of when."""
    return say("{domain}: mail records planned by mailsetup, {date}", domain=plan.domain, date=plan.as_of)
