"""The mail records as a DNSControl ``D_EXTEND`` block; DNSControl cuts long TXT by itself."""

from __future__ import annotations

import json

from mailsetup.model.dns import CAA, DS, MX, SRV, TLSA, TXT, Rdata, dotted, present
from mailsetup.model.message import say
from mailsetup.model.plan import Plan

from ._sets import comment, made_by, missing, published, relative, removed


def render(plan: Plan, phase: int | None = None) -> str:
    """JavaScript for dnsconfig.js: merge it into the domain's ``D(...)``."""
    lines = [f"// {made_by(plan)}"]
    for gone in removed(plan, phase):
        lines.extend(
            f"// {say('remove:')} {gone.owner} {gone.rdtype} {comment(present(r, gone.rdtype))}"
            for r in gone.before
        )
    lines.extend(f"// {line}" for line in missing(plan, phase))
    lines.append(f"D_EXTEND({json.dumps(plan.domain)},")
    lines.extend(
        f"  {_call(relative(s.owner, plan.domain), s.rdtype, r)[:-1]}, TTL({s.ttl})),"
        for s in published(plan, phase)
        for r in s.records
    )
    return "\n".join(lines) + "\n);\n"


def _call(name: str, rdtype: str, rdata: Rdata) -> str:
    match rdata:
        case MX(preference, exchange):
            values: tuple[object, ...] = (preference, dotted(exchange))
        case TXT():
            values = (rdata.text,)
        case SRV(priority, weight, port, target):
            values = (priority, weight, port, dotted(target))
        case CAA(_, tag, value):
            values = (tag, value.decode("latin-1"))
        case TLSA(a, b, c, data) | DS(a, b, c, data):
            values = (a, b, c, data.hex())
        case _:
            values = (present(rdata, rdtype),)
    return f"{rdtype}({', '.join(json.dumps(v) for v in (name, *values))})"
