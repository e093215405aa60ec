"""The body of a Cloudflare batch request (``POST /zones/{zone_id}/dns_records/batch``)."""

from __future__ import annotations

import json
from typing import Any

from mailsetup.model.dns import CAA, MX, SRV, TLSA, TXT, Rdata, present
from mailsetup.model.plan import Plan

from ._sets import RecordSet, published, zone_text

TTL_LEAST = 60  # seconds, except on Enterprise zones; 1 means automatic


def render(plan: Plan, phase: int | None = None) -> str:
    """
    JSON with ``posts`` for each record that is not there yet; existing ones are left as they are.

    Cloudflare deletes by record id, which only the zone's owner can look up: what goes is in the
    plan's table and steps. Records for mail are never proxied.
    """
    posts = [_post(s, r) for s in published(plan, phase) for r in s.records if r not in s.before]
    return json.dumps({"posts": posts}, indent=2) + "\n"


def _post(s: RecordSet, rdata: Rdata) -> dict[str, Any]:
    record: dict[str, Any] = {"name": s.owner, "type": s.rdtype, "ttl": max(s.ttl, TTL_LEAST)}
    match rdata:
        case MX(preference, exchange):
            record |= {"content": exchange or ".", "priority": preference}
        case TXT():
            record["content"] = zone_text(rdata, "TXT")
        case SRV(priority, weight, port, target):
            record["data"] = {"priority": priority, "weight": weight, "port": port, "target": target or "."}
        case CAA(flags, tag, value):
            record["data"] = {"flags": flags, "tag": tag, "value": value.decode("latin-1")}
        case TLSA(usage, selector, matching, data):
            record["data"] = {
                "usage": usage,
                "selector": selector,
                "matching_type": matching,
                "certificate": data.hex(),
            }
        case _:
            record["content"] = present(rdata, s.rdtype).removesuffix(".")
    if s.rdtype in ("A", "AAAA", "CNAME"):
        record["proxied"] = False
    return record
