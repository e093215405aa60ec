"""
The mail records as Terraform resources for one of four DNS services.

HCL reads ``${`` and ``%{`` in quoted strings as templates, and SPF macros look just so: both are
doubled (Terraform language, "Strings and templates"). Long TXT is cut as each service wants it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from mailsetup.model.dns import CAA, MX, SRV, TXT, Rdata, dotted, present
from mailsetup.model.errors import UsageError
from mailsetup.model.message import say
from mailsetup.model.plan import Plan

from ._sets import RecordSet, made_by, missing, published, relative, removed, zone_text


def render(plan: Plan, phase: int | None = None, target: str = "cloudflare") -> str:
    """Resources for ``target``: cloudflare, route53, google or azurerm. Existing records want ``terraform import``."""
    if target not in TARGETS:
        raise UsageError(
            say(
                '--target "{target}" does not exist; there are {targets}',
                target=target,
                targets=", ".join(TARGETS),
            )
        )
    lines = [f"# {made_by(plan)}"]
    for gone in removed(plan, phase):
        lines.append(f"# {say('remove:')} {gone.owner} {gone.rdtype}")
    lines.extend(f"# {line}" for line in missing(plan, phase))
    used: set[str] = set()
    for record_set in published(plan, phase):
        for block in TARGETS[target](plan, record_set, used):
            lines.extend(["", *block])
    return "\n".join(lines) + "\n"


def text(value: str) -> str:
    """A quoted HCL string."""
    escaped = json.dumps(value, ensure_ascii=True)
    return re.sub(r"([$%])(?=\{)", r"\1\1", escaped)


def label(owner: str, rdtype: str, used: set[str], suffix: str = "") -> str:
    """A resource name that is not taken yet."""
    base = re.sub(r"[^a-z0-9_]+", "_", f"{owner}_{rdtype}{suffix}".lower()).strip("_")
    base = base if base[:1].isalpha() or base[:1] == "_" else f"r_{base}"
    name, number = base, 1
    while name in used:
        number += 1
        name = f"{base}_{number}"
    used.add(name)
    return name


def _block(kind: str, name: str, attributes: dict[str, str], nested: list[str] | None = None) -> list[str]:
    width = max(map(len, attributes))
    body = [f"  {key:<{width}} = {value}" for key, value in attributes.items()]
    return [f'resource "{kind}" "{name}" {{', *body, *(nested or []), "}"]


def _list(values: list[str]) -> str:
    return "[" + ", ".join(values) + "]"


def _cloudflare(plan: Plan, s: RecordSet, used: set[str]) -> Iterator[list[str]]:
    for rdata in s.records:
        attributes = {
            "zone_id": "var.zone_id",
            "name": text(s.owner),
            "type": text(s.rdtype),
            "ttl": str(s.ttl),
        }
        match rdata:
            case MX(preference, exchange):
                attributes |= {"content": text(exchange or "."), "priority": str(preference)}
            case TXT():
                attributes["content"] = text(zone_text(rdata, "TXT"))
            case SRV(priority, weight, port, host):
                data = f"{{ priority = {priority}, weight = {weight}, port = {port}, target = {text(host or '.')} }}"
                attributes |= {"priority": str(priority), "data": data}
            case CAA(flags, tag, value):
                attributes["data"] = (
                    f"{{ flags = {flags}, tag = {text(tag)}, value = {text(value.decode('latin-1'))} }}"
                )
            case _:
                attributes["content"] = text(present(rdata, s.rdtype).removesuffix("."))
        if s.rdtype in ("A", "AAAA", "CNAME"):
            attributes["proxied"] = "false"
        yield _block("cloudflare_dns_record", label(s.owner, s.rdtype, used), attributes)


def _route53(plan: Plan, s: RecordSet, used: set[str]) -> Iterator[list[str]]:
    attributes = {
        "zone_id": "var.zone_id",
        "name": text(s.owner),
        "type": text(s.rdtype),
        "ttl": str(s.ttl),
        "records": _list([text(_route53_value(r, s.rdtype)) for r in s.records]),
    }
    yield _block("aws_route53_record", label(s.owner, s.rdtype, used), attributes)


def _route53_value(rdata: Rdata, rdtype: str) -> str:
    """The provider puts the outer quotes around TXT itself; a cut is written ``"" `` between two strings."""
    if isinstance(rdata, TXT):
        return zone_text(rdata, rdtype)[1:-1].replace('" "', '""')
    return present(rdata, rdtype)


def _google(plan: Plan, s: RecordSet, used: set[str]) -> Iterator[list[str]]:
    attributes = {
        "managed_zone": "var.managed_zone",
        "name": text(dotted(s.owner)),
        "type": text(s.rdtype),
        "ttl": str(s.ttl),
        "rrdatas": _list([text(zone_text(r, s.rdtype)) for r in s.records]),
    }
    yield _block("google_dns_record_set", label(s.owner, s.rdtype, used), attributes)


def _azurerm(plan: Plan, s: RecordSet, used: set[str]) -> Iterator[list[str]]:
    attributes = {
        "name": text(relative(s.owner, plan.domain)),
        "zone_name": "var.zone_name",
        "resource_group_name": "var.resource_group_name",
        "ttl": str(s.ttl),
    }
    nested: list[str] = []
    if s.rdtype in ("A", "AAAA"):
        attributes["records"] = _list([text(str(r)) for r in s.records])
    elif s.rdtype == "CNAME":
        attributes["record"] = text(str(s.records[0]))
    else:
        for rdata in s.records:
            nested += ["", "  record {", *(f"    {line}" for line in _azure_record(rdata, s.rdtype)), "  }"]
    kind = f"azurerm_dns_{s.rdtype.lower()}_record"
    yield _block(kind, label(s.owner, s.rdtype, used), attributes, nested)


def _azure_record(rdata: Rdata, rdtype: str) -> list[str]:
    match rdata:
        case MX(preference, exchange):
            return [f"preference = {preference}", f"exchange   = {text(dotted(exchange))}"]
        case TXT():
            return [f"value = {text(rdata.text)}"]
        case SRV(priority, weight, port, target):
            return [
                f"priority = {priority}",
                f"weight = {weight}",
                f"port = {port}",
                f"target = {text(dotted(target))}",
            ]
        case CAA(flags, tag, value):
            return [f"flags = {flags}", f"tag = {text(tag)}", f"value = {text(value.decode('latin-1'))}"]
    return [f"value = {text(present(rdata, rdtype))}"]


TARGETS: dict[str, Callable[[Plan, RecordSet, set[str]], Iterator[list[str]]]] = {
    "cloudflare": _cloudflare,
    "route53": _route53,
    "google": _google,
    "azurerm": _azurerm,
}
