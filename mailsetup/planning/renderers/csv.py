"""The change set as a table for spreadsheets and ticket systems."""

from __future__ import annotations

import csv as standard
import io

from mailsetup.model.dns import dotted, present
from mailsetup.model.names import printable
from mailsetup.model.plan import Action, Plan
from mailsetup.planning.held import held

COLUMNS = ("phase", "action", "owner", "type", "ttl", "before", "after", "reason")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # full width counts too in some languages


def render(plan: Plan, phase: int | None = None) -> str:
    """A row a change that can be made once its values are there; several records of a set are separated by `` | ``."""
    out = io.StringIO()
    writer = standard.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    numbers = {step.number for step in held(plan)}
    for c in plan.changes:
        if c.phase in numbers and c.action is not Action.KEEP:
            continue
        if phase is not None and c.phase != phase:
            continue
        before, after = (" | ".join(present(r, c.rdtype) for r in records) for records in (c.before, c.after))
        cells = (c.phase, c.action.value, dotted(c.owner), c.rdtype, c.ttl, before, after, str(c.reason))
        writer.writerow([_safe(str(cell)) for cell in cells])
    return out.getvalue()


def _safe(cell: str) -> str:
    shown = printable(cell)
    return "'" + shown if shown.lstrip().startswith(FORMULA) else shown
