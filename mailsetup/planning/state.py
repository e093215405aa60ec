"""What the zone holds after a phase of a plan, and at its end."""

from __future__ import annotations

from mailsetup.model.dns import Rdata
from mailsetup.model.plan import Action, Plan, RecordChange

from .existing import Target


def last_changes(plan: Plan, phase: int | None = None) -> dict[Target, RecordChange]:
    """
    The change that decides each record set once a phase is done; with no phase, once all are.

    Changes that wait decide nothing while another one says what stands there.
    """
    decided: dict[Target, RecordChange] = {}
    for change in sorted(plan.changes, key=lambda c: c.phase):
        if phase is not None and change.phase > phase:
            continue
        target = (change.owner, change.rdtype)
        if change.action is Action.WAITING and target in decided:
            continue
        decided[target] = change
    return decided


def records_after(plan: Plan, phase: int | None = None) -> dict[Target, tuple[Rdata, ...]]:
    """The record sets that a plan writes, as they stand after a phase; an empty set is one that was deleted."""
    return {
        target: change.after
        for target, change in last_changes(plan, phase).items()
        if change.action is not Action.WAITING
    }


def final_records(plan: Plan) -> dict[Target, tuple[Rdata, ...]]:
    """The record sets at the end of the plan: what a zone file of the finished move holds."""
    return records_after(plan)
