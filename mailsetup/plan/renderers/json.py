"""The whole plan as data: ``mailsetup/plan/1``, what ``verify --plan`` and ``plan --undo`` read."""

from __future__ import annotations

from mailsetup.model.plan import Plan
from mailsetup.plan.saved import to_text


def render(plan: Plan, phase: int | None = None) -> str:
    """The plan; ``phase`` changes nothing, since a saved plan is whole."""
    return to_text(plan)
