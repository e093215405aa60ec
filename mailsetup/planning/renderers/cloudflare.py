"""The body of a Cloudflare batch request (``POST /zones/{zone_id}/dns_records/batch``)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mailsetup.model.dns import CAA, MX, SRV, TLSA, TXT, Rdata, present
from mailsetup.model.message import Message, say
from mailsetup.model.plan import Plan

from ._sets import RecordSet, published, removed, zone_text

TTL_LEAST = 60  # seconds, except on Enterprise zones; 1 means automatic


def render(plan: Plan, phase: int | None = None) -> str:
    """
    JSON with ``posts`` for each record that is not there yet; existing ones are left as they are.

    Cloudflare deletes and changes by record id, which only the zone's owner can look up: `by_hand` says
    what. Records for mail are never proxied.
    """
    posts = [_post(s, r) for s in published(plan, phase) for r in s.records if r not in s.before]
    return json.dumps({"posts": posts}, indent=2) + "\n"


def by_hand(plan: Plan, phase: int | None = None) -> Iterator[Message]:
    """What the owner does before he sends the batch: the old records go, or two SPF records and two MX sets stand there."""
    for s in (*removed(plan, phase), *published(plan, phase)):
        for record in s.before:
            if record not in s.records:
                yield say(
                    "delete this record before you send the batch, which cannot do it: {owner} {rdtype} {record}",
                    owner=s.owner,
                    rdtype=s.rdtype,
                    record=present(record, s.rdtype),
                )
        if s.ttl_before and s.ttl != s.ttl_before and any(r in s.before for r in s.records):
            yield say(
                "set the TTL of {owner} {rdtype} to {ttl} seconds by hand, which the batch cannot do",
                owner=s.owner,
                rdtype=s.rdtype,
                ttl=max(s.ttl, TTL_LEAST),
            )


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
