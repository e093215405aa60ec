"""The mail records of a zone as octoDNS YAML, to be merged into its configuration."""

from __future__ import annotations

import json
from typing import Any

from mailsetup.model.dns import CAA, DS, MX, SRV, TLSA, TXT, Rdata, dotted, present
from mailsetup.model.message import say
from mailsetup.model.plan import Plan

from ._sets import made_by, missing, published, relative, removed


def render(plan: Plan, phase: int | None = None) -> str:
    """YAML as octoDNS reads it; JSON flow syntax inside, which is YAML and needs no quoting rules of our own."""
    names: dict[str, list[dict[str, Any]]] = {}
    for s in published(plan, phase):
        name = relative(s.owner, plan.domain)
        entry = {"type": s.rdtype, "ttl": s.ttl, **_values(s.records, s.rdtype)}
        names.setdefault("" if name == "@" else name, []).append(entry)
    lines = [f"# {made_by(plan)}", "---"]
    lines.extend(f"# {say('remove:')} {g.owner} {g.rdtype}" for g in removed(plan, phase))
    lines.extend(f"# {line}" for line in missing(plan, phase))
    for name in sorted(names):
        entries = names[name]
        lines.append(f"{json.dumps(name)}:")
        for entry in entries:
            first = "- " if len(entries) > 1 else "  "
            for number, (key, value) in enumerate(sorted(entry.items())):
                lines.append(f"{first if number == 0 else '  '}{key}: {json.dumps(value, ensure_ascii=True)}")
    return "\n".join(lines) + ("\n" if names else "\n{}\n")


def _values(records: tuple[Rdata, ...], rdtype: str) -> dict[str, Any]:
    values = [_value(r, rdtype) for r in records]
    return {"values": values} if len(values) > 1 else {"value": values[0]}


def _value(rdata: Rdata, rdtype: str) -> Any:
    match rdata:
        case MX(preference, exchange):
            return {"preference": preference, "exchange": dotted(exchange)}
        case TXT():
            return _text(rdata)
        case SRV(priority, weight, port, target):
            return {"priority": priority, "weight": weight, "port": port, "target": dotted(target)}
        case CAA(flags, tag, value):
            return {"flags": flags, "tag": tag, "value": value.decode("latin-1")}
        case TLSA(usage, selector, matching, data):
            return {
                "certificate_usage": usage,
                "selector": selector,
                "matching_type": matching,
                "certificate_association_data": data.hex(),
            }
        case DS(tag, algorithm, kind, digest):
            return {"key_tag": tag, "algorithm": algorithm, "digest_type": kind, "digest": digest.hex()}
    return present(rdata, rdtype)


def _text(rdata: TXT) -> str:
    """octoDNS keeps a semicolon escaped and everything else as it is."""
    return rdata.text.replace("\\", "\\\\").replace(";", "\\;")
