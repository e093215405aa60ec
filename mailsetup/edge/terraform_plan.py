"""
Terraform plans (``terraform show -json``) as zones: the record resources of four DNS services.

A plan is read as the zone it leads to (``planned_values``); a value that is known only after apply stays
unknown. https://developer.hashicorp.com/terraform/internals/json-format checked 2026-11; the resources as in
the registries' pages of cloudflare 4 and 5, aws 5, google 6 and azurerm 4, checked 2026-11.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.message import Message, say
from mailsetup.model.names import DomainName, printable

from .authority import Entry, Place, Zone
from .placed_json import Object, Text, member, objects
from .proxied import addresses_of, proxied_notes
from .rdata_from_dnspython import is_type, owner_in
from .terraform_records import RECORDS, ProxiedError, Resource, UnknownError, label, one_of_several
from .terraform_zone_names import MODULE_DEPTH, ZoneName, ZoneNames


def terraform_zones(
    document: Object, text: Text, path: Path, origin: str
) -> list[tuple[Zone, list[Message]]]:
    """The zones of a plan, or the one for ``origin``."""
    if document.get("errored") is True:
        raise InputError(
            say("{path}: this plan ended with an error and tells only a part; plan again", path=str(path))
        )
    return _Reading(document, text, path, origin).zones()


class _Gathered:
    """What is found of one zone."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.routed: dict[tuple[str, str], dict[str, tuple[float, list[Entry]]]] = {}
        self.undecided: set[tuple[str, str]] = set()
        self.hidden: set[tuple[str, str]] = set()
        self.not_read: set[tuple[str, str]] = set()  # such a name exists all the same
        self.nameless: list[str] = []

    def all(self) -> Iterator[Entry]:
        """Every entry; of sets that are answered in turn the one of least rank, the first of equals."""
        yield from self.entries
        for variants in self.routed.values():
            yield from min(variants.values(), key=lambda variant: variant[0])[1]

    def somewhere(self, entries: list[Entry]) -> Callable[[str, str], bool] | None:
        """
        Whether a record whose name only the cloud knows may stand at a name and type.

        A CNAME of that kind is a token's (certificates, DKIM keys), at a name that nobody else thinks of.
        """
        types = frozenset(self.nameless) - {"CNAME"}
        held = frozenset(entry[:2] for entry in entries)
        return (lambda name, rdtype: rdtype in types and (name, rdtype) not in held) if types else None


class _Reading:
    """One plan being read."""

    def __init__(self, document: Object, text: Text, path: Path, origin: str) -> None:
        self.text, self.path, self.origin = text, path, origin
        self.shown = printable(str(path))
        self.passed_over: Counter[str] = Counter()
        self.private = 0
        planned = member(document, "planned_values" if "planned_values" in document else "values")
        self.planned = list(self._resources(planned.get("root_module")))
        prior = list(self._resources(member(document, "prior_state", "values").get("root_module")))
        self.names = ZoneNames(member(document, "configuration"), self._domain)
        for resource in (*prior, *self.planned):
            self.names.note(resource)
        for resource in (*prior, *self.planned):
            if resource.kind in RECORDS:
                self.names.learn(resource)
        self.planned += _untouched(document, prior, self.planned)

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
            if isinstance(found.get("values"), Object) and not found.get("deposed_key"):
                address, kind = str(found.get("address", "")), str(found.get("type", ""))
                if found.get("mode") == "data" and kind in RECORDS:
                    continue  # what is looked up is as it was before the plan
                yield Resource(address, kind, found["values"], self.text.line(found))
        for child in objects(module.get("child_modules")):
            yield from self._resources(child, depth + 1)

    def zones(self) -> list[tuple[Zone, list[Message]]]:
        """Every zone with its records; names outside a given origin are passed over."""
        found: dict[str, _Gathered] = {}
        for resource in self.planned:
            if resource.kind in RECORDS:
                self._gather(resource, found)
            elif "record" in resource.kind and "dns" in resource.kind:
                self.passed_over[resource.kind] += 1
        return [
            (
                Zone(
                    name,
                    entries := list(zone.all()),
                    f"Terraform plan {name}",
                    zone.undecided | zone.hidden | zone.not_read,
                    zone.somewhere(entries),
                ),
                list(self._notes(name, zone)),
            )
            for name, zone in sorted(found.items())
        ]

    def _gather(self, resource: Resource, found: dict[str, _Gathered]) -> None:
        where = f"{self.shown}, {printable(resource.address)}"
        name, rdtype = label(resource, where)
        zone = self._zone_of(resource, name)
        if zone is None or zone.private or (self.origin and zone.name != self.origin):
            self.private += bool(zone and zone.private and self.origin in ("", zone.name))
            return
        gathered = found.setdefault(zone.name, _Gathered())
        if name is None:
            gathered.nameless.append(rdtype or "CNAME")
            return
        owner = owner_in(*_relative(name, zone.name), where)
        try:
            if rdtype is None:
                raise UnknownError
            said = RECORDS[resource.kind](resource, where)
        except UnknownError:
            gathered.undecided.add((owner, rdtype or "CNAME"))  # a CNAME may answer every type
            return
        except ProxiedError:
            gathered.hidden |= addresses_of(owner)
            return
        if not said.rdata and is_type(said.rdtype):
            gathered.not_read.add((owner, said.rdtype))
        place = Place(str(self.path), resource.line, resource.address)
        entries = [Entry(owner, said.rdtype, said.ttl, rdata, place) for rdata in said.rdata]
        choice = one_of_several(resource.values)
        if choice is None:
            gathered.entries += entries
        else:
            variants = gathered.routed.setdefault((owner, str(rdtype)), {})
            variants.setdefault(choice[0], (choice[1], []))[1].extend(entries)

    def _zone_of(self, resource: Resource, name: str | None) -> ZoneName | None:
        """The zone a record goes to; `UsageError` where the plan does not tell."""
        said = resource.values.get("zone_name")
        if isinstance(said, str):
            return ZoneName(self._domain(said, resource.address))
        found = self.names.of(resource, name or "", self.origin)
        if found or name is None:
            return found
        return ZoneName(self._guessed(name, resource.address))

    def _guessed(self, name: str, address: str) -> str:
        """The registrable domain of a whole name."""
        bare = name.rstrip(".").lower()
        if "." in bare and organizational_domain(bare):
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

    def _notes(self, zone: str, found: _Gathered) -> Iterator[Message]:
        file = str(self.path)
        yield say(
            "{file} is taken as all of {zone}: records that are not managed by this plan are not in it",
            file=file,
            zone=zone,
        )
        if found.undecided:
            yield say(
                "{file}: {count} {count:record|records} of {zone} {count:is|are} known only after apply and not judged",
                file=file,
                count=len(found.undecided),
                zone=zone,
            )
        if found.nameless:
            yield say(
                "{file}: {count} {count:record|records} of {zone} {count:has a name that is|have names that are} "
                "known only after apply and {count:is|are} not judged",
                file=file,
                count=len(found.nameless),
                zone=zone,
            )
        yield from proxied_notes(file, zone, found.hidden)
        several = [key for key, variants in found.routed.items() if len(variants) > 1]
        if several:
            yield say(
                "{file}: {owner} {rdtype} is one of several answers by weight, place or health; the first choice is"
                " judged ({count} such {count:set|sets})",
                file=file,
                owner=several[0][0],
                rdtype=several[0][1],
                count=len(several),
            )
        yield from self._passed_over()

    def _passed_over(self) -> Iterator[Message]:
        if self.private:
            yield say(
                "{file}: {count} {count:record|records} of private zones {count:is|are} passed over, "
                "for the world does not see them",
                file=str(self.path),
                count=self.private,
            )
        if self.passed_over:
            yield say(
                "{file}: {count} {count:resource is|resources are} of no kind that is read here: {kinds}",
                file=str(self.path),
                count=self.passed_over.total(),
                kinds=", ".join(sorted(self.passed_over)),
            )


def _untouched(document: Object, prior: list[Resource], planned: list[Resource]) -> list[Resource]:
    """
    Records that are there and stay, although the plan leaves them out: not targeted, or only forgotten.

    ``planned_values`` is made of the changes, among which a whole plan lists what stays as "no-op".
    """
    changes = objects(document.get("resource_changes"))
    if not changes:
        return []
    touched = {resource.address for resource in planned}
    for change in changes:
        if member(change, "change").get("actions") != ["forget"] and not change.get("deposed"):
            touched |= {str(change.get(key, "")) for key in ("address", "previous_address")}
    return [r for r in prior if r.kind in RECORDS and r.address not in touched]


def _relative(name: str, zone: str) -> tuple[str, str]:
    """A name as `owner_in` wants it: whole names with their dot, whatever the service lets out."""
    bare = name.rstrip(".")
    whole = name.endswith(".") or bare.lower() == zone or bare.lower().endswith(f".{zone}")
    return (f"{bare}." if whole and bare else name, zone)
