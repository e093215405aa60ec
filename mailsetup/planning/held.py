"""
Which phases cannot begin yet, because one before them lacks a value: nothing of them may be published.

A plan that still waits must not dismantle what works: without this the old provider would lose its SPF
and its keys while the mail still runs there. The whole plan remains in its table and its JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mailsetup.model.message import Message, say
from mailsetup.model.plan import Action, Phase, Plan, RecordChange

INDEPENDENT = {"prepare": (), "enforce": ("retire",)}
"""The phases that hold nobody up (``prepare`` only quickens), and those that one need not wait for."""


def held(plan: Plan) -> tuple[Phase, ...]:
    """
    The phases of which nothing can be published, in their order.

    Those behind one that waits, and a switch that waits itself: it is made whole or not at all.
    """
    found: list[Phase] = []
    blocking: list[Phase] = []
    for phase in plan.phases:
        before = [p for p in blocking if p.id not in INDEPENDENT.get(phase.id, ())]
        waits = bool(waiting_in(plan, phase))
        behind = bool(before) and phase.id != "prepare"
        if behind or (waits and phase.id == "switch"):
            found.append(phase)
        if (behind or waits) and phase.id != "prepare":
            blocking.append(phase)
    return tuple(found)


def waiting_in(plan: Plan, phase: Phase) -> list[RecordChange]:
    """The changes of a phase that cannot be made yet."""
    return [c for c in plan.changes if c.phase == phase.number and c.action is Action.WAITING]


def publishable(plan: Plan) -> Plan:
    """
    A plan without the changes of the phases that are held; what waits and what is kept stays named.

    A set that a held phase would change is left out of what is kept, unless another phase writes it:
    what stands there is known only after that phase.
    """
    numbers = {phase.number for phase in held(plan)}
    if not numbers:
        return plan
    quiet = (Action.KEEP, Action.WAITING)
    out = {(c.owner, c.rdtype) for c in plan.changes if c.phase in numbers and c.action not in quiet}
    changes = tuple(
        c
        for c in plan.changes
        if c.phase not in numbers
        or c.action is Action.WAITING
        or (c.action is Action.KEEP and (c.owner, c.rdtype) not in out)
    )
    return replace(plan, changes=changes)


def left_out(plan: Plan, phase: int | None = None) -> Iterator[Message]:
    """Which phases are not rendered, and what each waiting one before them waits for; nothing if none is asked for."""
    numbers = [p.number for p in held(plan) if phase is None or p.number <= phase]
    if not numbers or (phase is not None and phase not in numbers):
        return
    yield say(
        "Not rendered: {n:phase|phases} {numbers}. What comes before still waits, and published too early it would take "
        "away what the mail runs on now.",
        n=len(numbers),
        numbers=", ".join(map(str, numbers)),
    )
    for step in plan.phases:
        waiting = waiting_in(plan, step)
        if not waiting or (phase is not None and step.number > phase):
            continue
        names = sorted({name for c in waiting for name in c.waiting_for})
        if names:
            yield say(
                "Phase {number} waits for values only you can look up: {names}",
                number=step.number,
                names=", ".join(names),
            )
        if any(not c.waiting_for for c in waiting):
            yield say(
                "Phase {number} waits for a record that could not be read, or for a name in use: see its changes in the "
                "table",
                number=step.number,
            )
