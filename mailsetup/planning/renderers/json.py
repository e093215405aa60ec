"""The whole plan as data: ``mailsetup/plan/1``, what ``verify --plan`` and ``plan --undo`` read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailsetup.model.plan import Plan
from mailsetup.planning.saved import dumps


def render(plan: Plan, phase: int | None = None, predicted: Mapping[str, Any] | None = None) -> str:
    """The plan; ``predicted`` is the predicted report as a document. ``phase`` changes nothing: a saved plan is whole."""
    return dumps(plan, predicted)
