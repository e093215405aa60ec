"""A change batch for ``aws route53 change-resource-record-sets``."""

from __future__ import annotations

import json

from mailsetup.model.dns import dotted
from mailsetup.model.message import say
from mailsetup.model.plan import Plan

from ._sets import RecordSet, removed, touched, zone_text

COMMENT_LIMIT = 256  # characters, Route 53 API reference, ChangeBatch


def render(plan: Plan, phase: int | None = None) -> str:
    """JSON: UPSERT for what is new or changed, DELETE with the exact old set for what goes."""
    changes = [_change("DELETE", s, before=True) for s in removed(plan, phase)]
    changes += [_change("UPSERT", s, before=False) for s in touched(plan, phase)]
    batch = {
        "Comment": str(
            say("mail records of {domain}, mailsetup {date}", domain=plan.domain, date=plan.as_of)
        )[:COMMENT_LIMIT],
        "Changes": changes,
    }
    return json.dumps(batch, indent=2) + "\n"


def _change(action: str, s: RecordSet, *, before: bool) -> dict[str, object]:
    ttl = s.ttl_before if before and s.ttl_before is not None else s.ttl
    return {
        "Action": action,
        "ResourceRecordSet": {
            "Name": dotted(s.owner),
            "Type": s.rdtype,
            "TTL": ttl,
            "ResourceRecords": [
                {"Value": zone_text(r, s.rdtype)} for r in (s.before if before else s.records)
            ],
        },
    }
