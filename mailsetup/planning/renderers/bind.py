"""A zone fragment for BIND, NSD, Knot and every panel that imports master files (RFC 1035 section 5)."""

from __future__ import annotations

from mailsetup.model.dns import dotted, present
from mailsetup.model.message import say
from mailsetup.model.plan import Plan

from ._sets import comment, made_by, missing, published, removed, zone_text


def render(plan: Plan, phase: int | None = None) -> str:
    """The record sets after a phase; what goes and what waits stands in comments."""
    lines = [
        f"; {made_by(plan)}",
        f"$ORIGIN {dotted(plan.domain)}",
    ]
    for record_set in published(plan, phase):
        if record_set.reason:
            lines.append(f"; {comment(record_set.reason)}")
        lines.extend(
            f"{dotted(record_set.owner)} {record_set.ttl} IN {record_set.rdtype} {zone_text(r, record_set.rdtype)}"
            for r in record_set.records
        )
    for gone in removed(plan, phase):
        lines.extend(
            f"; {say('remove:')} {dotted(gone.owner)} {gone.rdtype} {present(r, gone.rdtype)}"
            for r in gone.before
        )
    lines.extend(f"; {line}" for line in missing(plan, phase))
    return "\n".join(lines) + "\n"
