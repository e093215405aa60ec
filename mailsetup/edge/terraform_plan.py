"""
Terraform plans (``terraform show -json``) as zones: the record resources of four DNS services.

A plan is read as the zone it leads to (``planned_values``); a value that is known only after apply stays
unknown. https://developer.hashicorp.com/terraform/internals/json-format checked 2026-11; the resources as in
the registries' pages of cloudflare 4 and 5, aws 5, google 6 and azurerm 4, checked 2026-11.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.dns import TXT, Rdata
from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.message import Message, say
from mailsetup.model.names import DomainName, printable

from .authority import Entry, Place, Zone
from .placed_json import Object, Text, member, objects
from .rdata_from_dnspython import owner_in, rdata_of

DEFAULT_TTL = 300  # what the services take for "automatic" or nothing
AUTOMATIC_TTL = 1  # of Cloudflare
MODULE_DEPTH = 64  # modules in modules; Terraform itself gets slow long before

_NAMES = frozenset({"CNAME", "NS", "PTR"})
_INDEX = re.compile(r"\[[^\]]*\]")


class UnknownError(Exception):
    """A value that is not in the plan: it is known after apply."""


class Resource(NamedTuple):
    """One planned resource and where it stands in the file."""

    address: str
    kind: str
    values: Object
    line: int


class Set(NamedTuple):
    """What a record resource says: ``zone`` is the zone's name, or ``""`` where it must be found otherwise."""

    name: str
    rdtype: str
    ttl: int
    rdata: tuple[Rdata, ...]
    zone: str = ""


def terraform_zones(
    document: Object, text: Text, path: Path, origin: str
) -> list[tuple[Zone, list[Message]]]:
    """The zones of a plan, or the one for ``origin``."""
    return _Reading(document, text, path, origin).zones()


class _Reading:
    """One plan being read."""

    def __init__(self, document: Object, text: Text, path: Path, origin: str) -> None:
        self.document, self.text, self.path, self.origin = document, text, path, origin
        self.shown = printable(str(path))
        self.passed_over: Counter[str] = Counter()
        self.ids: dict[str, str] = {}
        self.by_address: dict[str, str] = {}
        planned = member(document, "planned_values" if "planned_values" in document else "values")
        self.planned = list(self._resources(planned.get("root_module")))
        prior = member(document, "prior_state", "values")
        for resource in (*self._resources(prior.get("root_module")), *self.planned):
            self._note_zone(resource)
        self.references = dict(self._references(member(document, "configuration").get("root_module"), ""))

    def _resources(self, module: Any, depth: int = 0) -> Iterator[Resource]:
        if not isinstance(module, Object):
            return
        if depth > MODULE_DEPTH:
            raise InputError(
                say(
                    "{shown}: modules are nested deeper than {module_depth}",
                    shown=self.shown,
                    module_depth=MODULE_DEPTH,
                )
            )
        for found in objects(module.get("resources")):
            if isinstance(found.get("values"), Object):
                address, kind = str(found.get("address", "")), str(found.get("type", ""))
                yield Resource(address, kind, found["values"], self.text.line(found))
        for child in objects(module.get("child_modules")):
            yield from self._resources(child, depth + 1)

    def _note_zone(self, resource: Resource) -> None:
        """Remembers the name of a zone by every way a record may refer to it."""
        column = _ZONES.get(resource.kind)
        if column is None:
            return
        values = resource.values
        name = next((str(values[key]) for key in column if isinstance(values.get(key), str)), "")
        if not name:
            return
        zone = self._domain(name, resource.address)
        self.by_address[resource.address] = zone
        for key in ("id", "zone_id", "name"):
            if isinstance(values.get(key), str):
                self.ids[values[key]] = zone

    def _references(self, module: Any, prefix: str, depth: int = 0) -> Iterator[tuple[str, str]]:
        """The zone resource each record resource of the configuration refers to, by their addresses."""
        if not isinstance(module, Object) or depth > MODULE_DEPTH:
            return
        for found in objects(module.get("resources")):
            for key in ("zone_id", "managed_zone", "zone_name"):
                said = member(found, "expressions", key).get("references")
                for reference in said if isinstance(said, list) else ():
                    yield f"{prefix}{found.get('address')}", f"{prefix}{reference}"
        for name, call in member(module, "module_calls").items():
            if isinstance(call, Object):
                yield from self._references(call.get("module"), f"{prefix}module.{name}.", depth + 1)

    def zones(self) -> list[tuple[Zone, list[Message]]]:
        """Every zone with its records; names outside a given origin are passed over."""
        entries: dict[str, list[Entry]] = {}
        undecided: dict[str, set[tuple[str, str]]] = {}
        for resource in self.planned:
            read = _RECORDS.get(resource.kind)
            if read is None:
                if "record" in resource.kind and "dns" in resource.kind:
                    self.passed_over[resource.kind] += 1
                continue
            where = f"{self.shown}, {printable(resource.address)}"
            name, rdtype = _label(resource, where)
            zone = self._zone_of(resource, name)
            if self.origin and zone != self.origin:
                continue
            owner = owner_in(*_relative(name, zone), where)
            entries.setdefault(zone, [])
            try:
                found = read(resource, where)
            except UnknownError:
                undecided.setdefault(zone, set()).add((owner, rdtype))
                continue
            place = Place(str(self.path), resource.line, resource.address)
            entries[zone].extend(Entry(owner, found.rdtype, found.ttl, r, place) for r in found.rdata)
        return [
            (
                Zone(zone, found, f"Terraform plan {zone}", undecided.get(zone, ())),
                list(self._notes(zone, undecided)),
            )
            for zone, found in sorted(entries.items())
        ]

    def _zone_of(self, resource: Resource, name: str) -> str:
        """The zone a record goes to; `UsageError` where the plan does not tell."""
        values = resource.values
        if isinstance(values.get("zone_name"), str):
            return self._domain(values["zone_name"], resource.address)
        for key in ("zone_id", "managed_zone"):
            known = self.ids.get(str(values.get(key, "")))
            if known:
                return known
        reference = self.references.get(_INDEX.sub("", resource.address), "")
        for address, zone in self.by_address.items():
            plain = _INDEX.sub("", address)
            if reference == plain or reference.startswith(f"{plain}."):
                return zone
        if self.origin:
            return self.origin
        zones = set(self.by_address.values())
        if len(zones) == 1:
            return next(iter(zones))
        return self._guessed(name, resource.address)

    def _guessed(self, name: str, address: str) -> str:
        """The registrable domain of a whole name."""
        bare = name.rstrip(".").lower()
        if "." in bare and bare == organizational_domain(bare):
            return self._domain(bare, address)
        if "." in bare and organizational_domain(bare) != bare:
            return self._domain(organizational_domain(bare), address)
        raise UsageError(
            say(
                "{shown}: {address}: the plan does not tell the zone's name; give it as ORIGIN=FILE, "
                "such as example.com={path}",
                shown=self.shown,
                address=address,
                path=self.path.name,
            )
        )

    def _domain(self, name: str, address: str) -> str:
        try:
            return DomainName.parse(name.rstrip("."))
        except UsageError as fault:
            raise InputError(
                say(
                    "{shown}, {address}: the zone's name: {fault}",
                    shown=self.shown,
                    address=address,
                    fault=fault,
                )
            ) from None

    def _notes(self, zone: str, undecided: Mapping[str, set[tuple[str, str]]]) -> Iterator[Message]:
        yield say(
            "{file} is taken as all of {zone}: records that are not managed by this plan are not in it",
            file=str(self.path),
            zone=zone,
        )
        if undecided.get(zone):
            yield say(
                "{file}: {count} records of {zone} are known only after apply and not judged",
                file=str(self.path),
                count=len(undecided[zone]),
                zone=zone,
            )
        if self.passed_over:
            yield say(
                "{file}: {count} resources are of no kind that is read here: {kinds}",
                file=str(self.path),
                count=self.passed_over.total(),
                kinds=", ".join(sorted(self.passed_over)),
            )


_ZONES: Mapping[str, tuple[str, ...]] = {
    "cloudflare_zone": ("zone", "name"),
    "aws_route53_zone": ("name",),
    "google_dns_managed_zone": ("dns_name",),
    "azurerm_dns_zone": ("name",),
}
"""Zone resources and data, with the attribute that holds the zone's name."""


def _label(resource: Resource, where: str) -> tuple[str, str]:
    """The name and type of a record resource: both are always known in a plan."""
    name = resource.values.get("name")
    rdtype = resource.values.get("type") or _AZURE_TYPE.get(resource.kind)
    if not isinstance(name, str) or not isinstance(rdtype, str):
        raise InputError(
            say("{where}: a record needs a name and a type that are known before apply", where=where)
        )
    return name, rdtype.upper()


def _relative(name: str, zone: str) -> tuple[str, str]:
    """A name as `owner_in` wants it: whole names with their dot, whatever the service lets out."""
    bare = name.rstrip(".")
    whole = name.endswith(".") or bare.lower() == zone or bare.lower().endswith(f".{zone}")
    return (f"{bare}." if whole and bare else name, zone)


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


def _cloudflare(resource: Resource, where: str) -> Set:
    """https://registry.terraform.io/providers/cloudflare/cloudflare: a resource a record."""
    values = resource.values
    name, rdtype = _label(resource, where)
    ttl = _ttl(values, where)
    if rdtype in ("SRV", "CAA", "TLSA") and values.get("data"):
        return Set(name, rdtype, ttl, (_cloudflare_data(rdtype, _block(values, "data"), where),))
    content = str(_known(values, "content" if values.get("content") is not None else "value"))
    if rdtype == "TXT":
        quoted = len(content) > 1 and content[0] == content[-1] == '"'
        return Set(name, rdtype, ttl, (rdata_of("TXT", content, where) if quoted else TXT.of(content),))
    if rdtype == "MX":
        content = f"{_known(values, 'priority')} {content}"
    if rdtype == "CNAME" and values.get("proxied"):
        rdtype = "ALIAS"  # answered with the proxy's addresses, never with a CNAME
        return Set(name, rdtype, ttl, (owner_in(_whole(content), "", where),))
    return Set(name, rdtype, ttl, (_master(rdtype, content, where),))


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
    name, rdtype = _label(resource, where)
    if values.get("alias"):
        target = _known(_block(values, "alias"), "name")
        return Set(name, "ALIAS", DEFAULT_TTL, (owner_in(_whole(target), "", where),))
    records = [str(r) for r in _list(values, "records", where)]
    ttl = _ttl(values, where)
    if rdtype == "TXT":
        return Set(name, rdtype, ttl, tuple(_route53_text(r, where) for r in records))
    return Set(name, rdtype, ttl, tuple(_master(rdtype, r, where) for r in records))


def _route53_text(value: str, where: str) -> Rdata:
    """The provider takes the outer quotes off and puts them on; ``""`` inside is a cut between two strings."""
    inner = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    return rdata_of("TXT", '"' + re.sub(r'(?<!\\)""', '" "', inner) + '"', where)


def _google(resource: Resource, where: str) -> Set:
    """https://registry.terraform.io/providers/hashicorp/google: values in presentation form, as zone files."""
    values = resource.values
    name, rdtype = _label(resource, where)
    records = [str(r) for r in _list(values, "rrdatas", where)]
    ttl = _ttl(values, where)
    return Set(name, rdtype, ttl, tuple(_master(rdtype, r, where) for r in records))


_AZURE_TYPE = {
    f"azurerm_dns_{t.lower()}_record": t
    for t in ("A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SRV", "TXT")
}


def _azure(resource: Resource, where: str) -> Set:
    """https://registry.terraform.io/providers/hashicorp/azurerm: a resource kind a type."""
    values = resource.values
    name, rdtype = _label(resource, where)
    ttl = _ttl(values, where)
    if rdtype == "CNAME":
        return Set(name, rdtype, ttl, (owner_in(_whole(_known(values, "record")), "", where),))
    if rdtype in ("A", "AAAA", "NS", "PTR"):
        records = [str(r) for r in _list(values, "records", where)]
        if not records:
            raise UnknownError  # it follows a resource of the cloud
        return Set(name, rdtype, ttl, tuple(_master(rdtype, r, where) for r in records))
    blocks = _list(values, "record", where)
    if not all(isinstance(b, Mapping) for b in blocks):
        raise InputError(say("{where}: record must be a list of blocks", where=where))
    return Set(name, rdtype, ttl, tuple(_azure_block(rdtype, b, where) for b in blocks))


def _azure_block(rdtype: str, block: Mapping[str, Any], where: str) -> Rdata:
    if rdtype == "TXT":
        return TXT.of(str(_known(block, "value")))
    if rdtype == "CAA":
        return _caa(_known(block, "flags"), _known(block, "tag"), _known(block, "value"), where)
    if rdtype == "MX":
        return rdata_of("MX", f"{_known(block, 'preference')} {_whole(_known(block, 'exchange'))}", where)
    numbers = [str(_known(block, key)) for key in ("priority", "weight", "port")]
    return rdata_of("SRV", " ".join([*numbers, _whole(_known(block, "target"))]), where)


_RECORDS: Mapping[str, Callable[[Resource, str], Set]] = {
    "cloudflare_record": _cloudflare,
    "cloudflare_dns_record": _cloudflare,
    "aws_route53_record": _route53,
    "google_dns_record_set": _google,
    **dict.fromkeys(_AZURE_TYPE, _azure),
}
