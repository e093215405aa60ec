"""Which zone each record resource of a Terraform plan goes to, told from ids, references and names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from .placed_json import Object, member, objects
from .terraform_records import Resource

MODULE_DEPTH = 64  # modules in modules; Terraform itself gets slow long before
STEP_LIMIT = 100_000  # references followed in one plan; a large estate has a few thousand

_INDEX = re.compile(r'\[(?:"(?:\\.|[^"\\])*"|[^\]]*)\]')
_MODULE = re.compile(r'module\.([\w-]+)(\[(?:"(?:\\.|[^"\\])*"|[^\]]*)\])?\.')
_KEYS = ("zone_id", "managed_zone", "zone_name")
_ZONES: Mapping[str, tuple[str, ...]] = {
    "cloudflare_zone": ("zone", "name"),
    "aws_route53_zone": ("name",),
    "google_dns_managed_zone": ("dns_name",),
    "azurerm_dns_zone": ("name",),
}
"""Zone resources and data, with the attribute that holds the zone's name."""


class ZoneName(NamedTuple):
    """A zone by its name; a private one is seen only inside a network."""

    name: str
    private: bool = False


class ZoneNames:
    """The zones a plan knows, by every way in which a record may refer to one."""

    def __init__(self, configuration: Object, parse: Callable[[str, str], str]) -> None:
        self.ids: dict[str, ZoneName] = {}
        self.by_address: dict[str, ZoneName] = {}
        self._parse = parse
        self._steps = 0
        self._by_plain: dict[str, list[str]] = {}
        self._references: dict[str, list[str]] = {}
        for address, reference in self._walk(configuration.get("root_module"), "", {}, 0):
            self._references.setdefault(address, []).append(reference)

    def note(self, resource: Resource) -> None:
        """Remembers a zone, or a list of zones."""
        values = resource.values
        if resource.kind == "cloudflare_zones":
            for found in (*objects(values.get("zones")), *objects(values.get("result"))):
                if isinstance(found.get("name"), str) and isinstance(found.get("id"), str):
                    self.ids[found["id"]] = ZoneName(self._parse(found["name"], resource.address))
            return
        column = _ZONES.get(resource.kind, ())
        name = next((str(values[key]) for key in column if isinstance(values.get(key), str)), "")
        if not name:
            return
        private = (
            bool(values.get("vpc") or values.get("private_zone")) or values.get("visibility") == "private"
        )
        zone = ZoneName(self._parse(name, resource.address), private)
        self.by_address[resource.address] = zone
        self._by_plain.setdefault(_INDEX.sub("", resource.address), []).append(resource.address)
        for key in ("id", "zone_id", "name"):
            if isinstance(values.get(key), str):
                self.ids[values[key]] = zone

    def learn(self, resource: Resource) -> None:
        """Remembers the zone of an id from a record that is there: services tell its whole name beside the short one."""
        values = resource.values
        name, key = values.get("name"), values.get("zone_id")
        whole = values.get("hostname") or values.get("fqdn")  # of Cloudflare 4, of Route 53
        if not (isinstance(name, str) and isinstance(key, str) and isinstance(whole, str)) or key in self.ids:
            return
        bare, short = whole.rstrip(".").lower(), name.rstrip(".").lower()
        if short in ("", "@"):
            self.ids[key] = ZoneName(self._parse(bare, resource.address))
        elif bare.startswith(f"{short}."):
            self.ids[key] = ZoneName(self._parse(bare[len(short) + 1 :], resource.address))

    def of(self, resource: Resource, name: str, given: str) -> ZoneName | None:
        """The zone of a record; ``given`` is the user's word for what the plan does not tell."""
        for key in ("zone_id", "managed_zone"):
            known = self.ids.get(str(resource.values.get(key, "")))
            if known:
                return known
        for reference in self._references.get(_INDEX.sub("", resource.address), ()):
            candidates = self._candidates(reference)
            if candidates:
                return self._chosen(candidates, resource.address, name)
        held = self._holder(name, self.by_address.values())
        if held or given:
            return held or ZoneName(given)
        names = set(self.by_address.values())
        return next(iter(names)) if len(names) == 1 else None

    def _candidates(self, reference: str) -> list[str]:
        """The zones' addresses a reference such as ``aws_route53_zone.this.zone_id`` may mean."""
        plain = _INDEX.sub("", reference)
        while plain not in self._by_plain and "." in plain:
            plain = plain.rpartition(".")[0]
        return self._by_plain.get(plain, [])

    def _chosen(self, candidates: list[str], address: str, name: str) -> ZoneName | None:
        """Of the instances of one zone resource the one in the same instance of a module, of the same key."""
        beside = [found for found in candidates if _same_instances(found, address)] or candidates
        if len(beside) > 1:
            beside = [found for found in beside if _last_index(found) == _last_index(address)] or beside
        zones = [self.by_address[found] for found in beside]
        return zones[0] if len(set(zones)) == 1 else self._holder(name, zones)

    @staticmethod
    def _holder(name: str, zones: Any) -> ZoneName | None:
        """The longest public zone a whole name lies in."""
        bare = f".{name.rstrip('.').lower()}"
        holding = [zone for zone in zones if not zone.private and bare.endswith(f".{zone.name}")]
        return max(holding, key=lambda zone: len(zone.name), default=None)

    def _walk(
        self, found: Any, prefix: str, variables: Mapping[str, list[str]], depth: int
    ) -> Iterator[tuple[str, str]]:
        """Each record resource of the configuration with what its zone refers to, by their addresses."""
        if not isinstance(found, Object) or depth > MODULE_DEPTH:
            return
        for resource in objects(found.get("resources")):
            for key in _KEYS:
                for reference in _said(member(resource, "expressions", key)):
                    for whole in self._whole(found, prefix, variables, reference, depth):
                        yield f"{prefix}{resource.get('address')}", whole
        for name, call in member(found, "module_calls").items():
            if isinstance(call, Object):
                inside = self._variables(call, found, prefix, variables, depth)
                yield from self._walk(call.get("module"), f"{prefix}module.{name}.", inside, depth + 1)

    def _variables(
        self, call: Object, outside: Object, prefix: str, variables: Mapping[str, list[str]], depth: int
    ) -> dict[str, list[str]]:
        """What the variables of a called module refer to."""
        return {
            key: [
                whole
                for reference in _said(member(call, "expressions", key))
                for whole in self._whole(outside, prefix, variables, reference, depth)
            ]
            for key in member(call, "expressions")
        }

    def _whole(
        self, found: Object, prefix: str, variables: Mapping[str, list[str]], reference: str, depth: int
    ) -> list[str]:
        """A reference as addresses from the root, through variables and outputs."""
        self._steps += 1
        if self._steps > STEP_LIMIT or depth > MODULE_DEPTH:
            return []
        kind, _, rest = _INDEX.sub("", reference).partition(".")
        name, _, output = rest.partition(".")
        if kind == "var":
            return variables.get(name, [])
        call = member(found, "module_calls", name) if kind == "module" else Object({}, 0)
        said = _said(member(call, "module", "outputs", output.partition(".")[0], "expression"))
        if not said:
            return [f"{prefix}{reference}"]
        inside = self._variables(call, found, prefix, variables, depth + 1)
        below = member(call, "module")
        return [
            whole
            for inner in said
            for whole in self._whole(below, f"{prefix}module.{name}.", inside, inner, depth + 1)
        ]


def _said(expression: Object) -> list[str]:
    references = expression.get("references")
    return [str(one) for one in references] if isinstance(references, list) else []


def _same_instances(one: str, other: str) -> bool:
    """Whether the modules both addresses pass through are the same instances."""
    shared = zip(_MODULE.findall(one), _MODULE.findall(other), strict=False)
    return all(mine == theirs for mine, theirs in shared if mine[0] == theirs[0])


def _last_index(address: str) -> str:
    found = _INDEX.findall(address)
    return found[-1] if found and address.endswith(found[-1]) else ""
