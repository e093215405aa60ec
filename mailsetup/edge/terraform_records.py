"""The record resources of four DNS services in a Terraform plan, each read as its service publishes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mailsetup.model.dns import TXT, Rdata
from mailsetup.model.errors import InputError
from mailsetup.model.message import say

from .placed_json import Object
from .proxied import PROXIED_TYPES
from .rdata_from_dnspython import owner_in, rdata_of

DEFAULT_TTL = 300  # what the services take for "automatic" or nothing
AUTOMATIC_TTL = 1  # of Cloudflare

_NAMES = frozenset({"CNAME", "NS", "PTR"})
_OCTAL = re.compile(r"\\([0-3][0-7]{2})")


class UnknownError(Exception):
    """A value that is not in the plan: it is known after apply."""


class ProxiedError(Exception):
    """The service answers with addresses of its own, which no plan tells."""


class Resource(NamedTuple):
    """One planned resource and where it stands in the file."""

    address: str
    kind: str
    values: Object
    line: int


class Set(NamedTuple):
    """What a record resource says."""

    rdtype: str
    ttl: int
    rdata: tuple[Rdata, ...]


def label(resource: Resource, where: str) -> tuple[str | None, str | None]:
    """The name and type of a record resource, None for what is known only after apply."""
    name = resource.values.get("name")
    rdtype = resource.values.get("type") or _AZURE_TYPE.get(resource.kind)
    if not isinstance(name, str | None) or not isinstance(rdtype, str | None):
        raise InputError(say("{where}: the name and the type of a record are texts", where=where))
    return name, rdtype.upper() if rdtype else None


def one_of_several(values: Mapping[str, Any]) -> tuple[str, float] | None:
    """
    Which of several sets with one name this is, and its rank, the least of which is judged.

    Route 53 gives one of them by weight, health or place; None for a set that is always part of the answer.
    """
    identifier = values.get("set_identifier")
    if not identifier or values.get("multivalue_answer_routing_policy"):
        return None
    for key in ("failover_routing_policy", "geolocation_routing_policy"):
        policy = _first(values.get(key))
        if policy.get("type") == "PRIMARY" or policy.get("country") == "*":
            return str(identifier), -1
    return str(identifier), -_weight(_first(values.get("weighted_routing_policy")))


def _first(blocks: Any) -> Mapping[str, Any]:
    found = blocks[0] if isinstance(blocks, list) and blocks else blocks
    return found if isinstance(found, Mapping) else {}


def _weight(block: Mapping[str, Any]) -> float:
    weight = block.get("weight")
    return float(weight) if isinstance(weight, int | float) and abs(weight) < 2**31 else 0.0


def _known(values: Mapping[str, Any], key: str) -> Any:
    value = values.get(key)
    if value is None or (isinstance(value, list) and None in value):
        raise UnknownError
    return value


def _list(values: Mapping[str, Any], key: str, where: str) -> list[Any]:
    value = _known(values, key)
    if not isinstance(value, list):
        raise InputError(say("{where}: {key} must be a list", where=where, key=key))
    return value


def _ttl(values: Mapping[str, Any], where: str) -> int:
    value = values.get("ttl")
    if value is None or value == AUTOMATIC_TTL:
        return DEFAULT_TTL
    if not isinstance(value, int) or not 0 <= value < 2**31:
        raise InputError(say("{where}: the ttl is not a number of seconds", where=where))
    return value


def _whole(name: object) -> str:
    """A target as the services take it: whole, with or without its dot."""
    return f"{str(name).rstrip('.')}."


def _master(rdtype: str, text: str, where: str) -> Rdata:
    """A value as the service takes it: names in it are whole, with or without their dot."""
    if rdtype in _NAMES or rdtype in ("MX", "SRV"):
        text = _whole(text.strip()) if text.strip() else text
    if rdtype in _NAMES:
        return owner_in(text, "", where)
    return rdata_of(rdtype, text, where)


def _block(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A nested block: an object, or a list of one."""
    found = _known(values, key)
    found = found[0] if isinstance(found, list) and found else found
    if not isinstance(found, Mapping):
        raise UnknownError
    return found


def _caa(flags: object, tag: object, value: object, where: str) -> Rdata:
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return rdata_of("CAA", f'{flags} {tag} "{escaped}"', where)


def _type(resource: Resource) -> str:
    return str(resource.values.get("type") or _AZURE_TYPE.get(resource.kind)).upper()


def _cloudflare(resource: Resource, where: str) -> Set:
    """https://registry.terraform.io/providers/cloudflare/cloudflare: a resource a record."""
    values = resource.values
    rdtype = _type(resource)
    ttl = _ttl(values, where)
    if rdtype in PROXIED_TYPES and values.get("proxied"):
        raise ProxiedError
    if rdtype in ("SRV", "CAA", "TLSA") and values.get("data"):
        return Set(rdtype, ttl, (_cloudflare_data(rdtype, _block(values, "data"), where),))
    key = "content" if values.get("content") is not None else "value"
    if values.get("data") and values.get(key) is None:
        return Set(rdtype, ttl, ())  # a type in parts of its own that no mail depends on, such as LOC
    content = str(_known(values, key))
    if rdtype == "TXT":
        quoted = len(content) > 1 and content[0] == content[-1] == '"'
        return Set(rdtype, ttl, (rdata_of("TXT", content, where) if quoted else TXT.of(content),))
    if rdtype == "MX":
        content = f"{_known(values, 'priority')} {content}"
    return Set(rdtype, ttl, (_master(rdtype, content, where),))


def _cloudflare_data(rdtype: str, data: Mapping[str, Any], where: str) -> Rdata:
    if rdtype == "CAA":
        return _caa(_known(data, "flags"), _known(data, "tag"), _known(data, "value"), where)
    if rdtype == "SRV":
        numbers = [str(_known(data, key)) for key in ("priority", "weight", "port")]
        return rdata_of("SRV", " ".join([*numbers, _whole(_known(data, "target"))]), where)
    cells = [str(_known(data, key)) for key in ("usage", "selector", "matching_type", "certificate")]
    return rdata_of("TLSA", " ".join(cells), where)


def _route53(resource: Resource, where: str) -> Set:
    """https://registry.terraform.io/providers/hashicorp/aws: a resource a record set."""
    values = resource.values
    rdtype = _type(resource)
    if values.get("alias"):
        target = _known(_block(values, "alias"), "name")
        return Set(f"ALIAS {rdtype}", DEFAULT_TTL, (owner_in(_whole(target), "", where),))
    records = [str(r) for r in _list(values, "records", where)]
    ttl = _ttl(values, where)
    if rdtype == "TXT":
        return Set(rdtype, ttl, tuple(_route53_text(r, where) for r in records))
    return Set(rdtype, ttl, tuple(_master(rdtype, r, where) for r in records))


def _route53_text(value: str, where: str) -> Rdata:
    """The provider takes the outer quotes off and puts them on; ``""`` inside is a cut between two strings."""
    inner = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    inner = _OCTAL.sub(lambda code: f"\\{int(code[1], 8):03d}", inner)
    return rdata_of("TXT", '"' + re.sub(r'(?<!\\)""', '" "', inner) + '"', where)


def _google(resource: Resource, where: str) -> Set:
    """https://registry.terraform.io/providers/hashicorp/google: values in presentation form, as zone files."""
    values = resource.values
    rdtype = _type(resource)
    chosen = _google_choice(values)
    records = [str(r) for r in _list(values if chosen is None else chosen, "rrdatas", where)]
    ttl = _ttl(values, where)
    return Set(rdtype, ttl, tuple(_master(rdtype, r, where) for r in records))


def _google_choice(values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Of a routing policy the heaviest of its sets, else the first place's."""
    policy = _first(values.get("routing_policy"))
    sets = next((s for key in ("wrr", "geo") if isinstance(s := policy.get(key), list) and s), [])
    blocks = [block for block in sets if isinstance(block, Mapping)]
    return max(blocks, key=_weight, default=None)


_AZURE_TYPE = {
    f"azurerm_dns_{t.lower()}_record": t
    for t in ("A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SRV", "TXT")
}


def _azure(resource: Resource, where: str) -> Set:
    """https://registry.terraform.io/providers/hashicorp/azurerm: a resource kind a type."""
    values = resource.values
    rdtype = _type(resource)
    ttl = _ttl(values, where)
    if rdtype == "CNAME":
        return Set(rdtype, ttl, (owner_in(_whole(_known(values, "record")), "", where),))
    if rdtype in ("A", "AAAA", "NS", "PTR"):
        records = [str(r) for r in _list(values, "records", where)]
        if not records:
            raise UnknownError  # it follows a resource of the cloud
        return Set(rdtype, ttl, tuple(_master(rdtype, r, where) for r in records))
    blocks = _list(values, "record", where)
    if not all(isinstance(b, Mapping) for b in blocks):
        raise InputError(say("{where}: record must be a list of blocks", where=where))
    return Set(rdtype, ttl, tuple(_azure_block(rdtype, b, where) for b in blocks))


def _azure_block(rdtype: str, block: Mapping[str, Any], where: str) -> Rdata:
    if rdtype == "TXT":
        return TXT.of(str(_known(block, "value")))
    if rdtype == "CAA":
        return _caa(_known(block, "flags"), _known(block, "tag"), _known(block, "value"), where)
    if rdtype == "MX":
        return rdata_of("MX", f"{_known(block, 'preference')} {_whole(_known(block, 'exchange'))}", where)
    numbers = [str(_known(block, key)) for key in ("priority", "weight", "port")]
    return rdata_of("SRV", " ".join([*numbers, _whole(_known(block, "target"))]), where)


RECORDS: Mapping[str, Callable[[Resource, str], Set]] = {
    "cloudflare_record": _cloudflare,
    "cloudflare_dns_record": _cloudflare,
    "aws_route53_record": _route53,
    "google_dns_record_set": _google,
    **dict.fromkeys(_AZURE_TYPE, _azure),
}
