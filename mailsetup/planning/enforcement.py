"""
The steps of enforcement that a plan names: those it plans as changes, and those it leaves to the owner.

Without a goal for DMARC a plan only names the records of its last phases. A phase of an undo plan that takes
enforcement back is none.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from mailsetup.grammar.dmarc import RETIRED, is_dmarc, parse_dmarc
from mailsetup.grammar.tag_list import amended
from mailsetup.model.dns import TXT, Rdata
from mailsetup.model.mail_records import Policy
from mailsetup.model.plan import Action, Plan, RecordChange

from .dmarc_policy import STEPS, owner_of, step_reason
from .held import held


class StepChanges(NamedTuple):
    """The numbers of the phases that enforce, and the changes of those of them that hold none."""

    phases: frozenset[int] = frozenset()
    named: tuple[RecordChange, ...] = ()


def step_changes(plan: Plan) -> StepChanges:
    """What the phases of enforcement publish; nothing where the plan has no DMARC record to build on."""
    numbers = sorted(p.number for p in plan.phases if p.id == "enforce")
    policies = [c for c in plan.changes if c.purpose == "dmarc" and c.rdtype == "TXT"]
    last = next((c for c in reversed(policies) if c.phase not in numbers and text_of(c.after)), None)
    phases: set[int] = set()
    named: list[RecordChange] = []
    for number in numbers:
        planned = next((c for c in policies if c.phase == number), None)
        if planned is not None and strength(planned.after) > strength(planned.before):
            phases.add(number)
            last = planned
        elif last is not None and not any(c.phase == number for c in plan.changes):
            following = _following(plan, last, number)
            if following is None:
                break
            phases.add(number)
            named.append(following)
            last = following
    return StepChanges(frozenset(phases), tuple(named))


def with_step(plan: Plan, phase: int | None) -> Plan:
    """A plan with the records that it only names, where the phase asked for is a step of enforcement that can begin."""
    steps = step_changes(plan)
    if phase not in steps.phases or any(p.number == phase for p in held(plan)):
        return plan
    return replace(plan, changes=(*plan.changes, *(c for c in steps.named if c.phase <= phase)))


def text_of(records: tuple[Rdata, ...]) -> str:
    """The DMARC record among some texts, ``""`` when there is none."""
    return next((r.text for r in records if isinstance(r, TXT) and is_dmarc(r.text)), "")


def policy_of(records: tuple[Rdata, ...]) -> str:
    """The word of the policy among some texts, ``""`` when there is none."""
    policy = _policy(records)
    return policy.value if policy is not None else ""


def _policy(records: tuple[Rdata, ...]) -> Policy | None:
    record = parse_dmarc(text_of(records)).value
    return record.policy if record is not None else None


def strength(records: tuple[Rdata, ...]) -> int:
    """How much the policy among some texts asks for: -1 without one, 0 for none, more for what is stricter."""
    policy = _policy(records)
    return policy.strength if policy is not None else -1


def _following(plan: Plan, last: RecordChange, number: int) -> RecordChange | None:
    """The next step above a record; None when nothing is stricter."""
    policy = next((p for p in STEPS if p.strength > strength(last.after)), None)
    if policy is None:
        return None
    text = text_of(last.after)
    stricter = amended(text, drop=RETIRED, p=policy.value)
    after = tuple(TXT.of(stricter) if isinstance(r, TXT) and r.text == text else r for r in last.after)
    return replace(
        last,
        action=Action.UPDATE,
        owner=owner_of(plan.domain),
        before=last.after,
        after=after,
        reason=step_reason(policy),
        phase=number,
        waiting_for=(),
        needed=None,
    )
