"""
DNSControl's JSON intermediate form (``dnscontrol print-ir``) as zones.

A document has ``domains``, a domain ``records`` with type, name, target and one field for every other column,
left out where it is zero (models/record.go). https://docs.dnscontrol.org checked 2026-11.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mailsetup.model.dns import TXT, Rdata
from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.message import Message, say
from mailsetup.model.names import DomainName, printable

from .authority import Entry, Place, Zone
from .placed_json import Object, Text, member, objects
from .rdata_from_dnspython import owner_in, rdata_of

DEFAULT_TTL = 300  # models.DefaultTTL
_ONE_NAME = frozenset({"CNAME", "NS", "PTR", "DNAME"})
_ALIASES = frozenset({"ALIAS", "ANAME", "R53_ALIAS", "AZURE_ALIAS"})  # answered with the target's addresses
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "MX": ("mxpreference", "target"),
    "SRV": ("srvpriority", "srvweight", "srvport", "target"),
    "TLSA": ("tlsausage", "tlsaselector", "tlsamatchingtype", "target"),
    "SMIMEA": ("smimeausage", "smimeaselector", "smimeamatchingtype", "target"),
    "DS": ("dskeytag", "dsalgorithm", "dsdigesttype", "dsdigest"),
    "DNSKEY": ("dnskeyflags", "dnskeyprotocol", "dnskeyalgorithm", "dnskeypublickey"),
    "SSHFP": ("sshfpalgorithm", "sshfpfingerprint", "target"),
    "HTTPS": ("svcpriority", "target", "svcparams"),
    "SVCB": ("svcpriority", "target", "svcparams"),
    "SOA": ("target", "soambox", "soaserial", "soarefresh", "soaretry", "soaexpire", "soaminttl"),
}
_TARGET_IS_NAME = frozenset({"MX", "SRV", "HTTPS", "SVCB", "SOA"})


def dnscontrol_zones(
    document: Object, text: Text, path: Path, origin: str
) -> list[tuple[Zone, list[Message]]]:
    """The zones of a document, or the one for ``origin``."""
    shown = printable(str(path))
    found: dict[str, Zone] = {}
    notes: dict[str, list[Message]] = {}
    for domain in document["domains"]:
        if not isinstance(domain, Object):
            raise InputError(say("{shown}: domains must hold objects", shown=shown))
        name = _zone_name(domain, str(say("{file}, line {line}", file=shown, line=text.line(domain))))
        if origin and name != origin:
            continue
        if name in found:
            raise UsageError(
                say(
                    "{shown}: two domains are called {name} (tags are not read); give one file a zone",
                    shown=shown,
                    name=name,
                )
            )
        reading = _Reading(domain, name, text, path)
        found[name] = Zone(name, reading.entries(), f"DNSControl zone {name}")
        notes[name] = list(reading.notes())
    return [(zone, notes[name]) for name, zone in found.items()]


def _zone_name(domain: Mapping[str, Any], where: str) -> str:
    """The zone's name without its tag (``example.com!inside``)."""
    try:
        return DomainName.parse(str(domain.get("name", "")).partition("!")[0])
    except UsageError as fault:
        raise InputError(say("{where}: the domain's name: {fault}", where=where, fault=fault)) from None


class _Reading:
    """One domain being read."""

    def __init__(self, domain: Object, origin: str, text: Text, path: Path) -> None:
        self.domain, self.origin, self.text, self.path = domain, origin, text, path
        self.passed_over: Counter[str] = Counter()

    def entries(self) -> Iterator[Entry]:
        """Its records; what DNS does not know is counted and passed over."""
        records = self.domain.get("records", [])
        if not isinstance(records, list):
            raise InputError(
                say("{path}: the records of {origin} must be a list", path=str(self.path), origin=self.origin)
            )
        for record in objects(records):
            yield from self._entry(record)
        written = str(member(self.domain, "meta").get("ns_ttl", ""))
        ttl = int(written) if written.isascii() and written.isdecimal() and len(written) < 10 else DEFAULT_TTL
        for server in objects(self.domain.get("nameservers")):
            target = f"{str(server.get('name', '')).rstrip('.')}."
            yield from self._entry(
                Object({"type": "NS", "name": "@", "target": target, "ttl": ttl}, server.at)
            )

    def _entry(self, record: Object) -> Iterator[Entry]:
        line = self.text.line(record)
        rdtype, name = str(record.get("type", "")).upper(), str(record.get("name", "@"))
        where = str(
            say(
                '{file}, line {line}, {rdtype} at "{name}"',
                file=str(self.path),
                line=line,
                rdtype=rdtype[:20],
                name=name[:80],
            )
        )
        below = str(record.get("subdomain") or "")
        if below:
            name = below if name in ("", "@") else f"{name}.{below}"
        rdata = self._rdata(rdtype, record, where)
        if rdata is None:
            self.passed_over[rdtype] += 1
            return
        written = f" {record['filepos']}" if isinstance(record.get("filepos"), str) else ""
        place = Place(str(self.path), line, f"{self.origin} {rdtype} {name}{written}")
        ttl = record.get("ttl") or DEFAULT_TTL
        if not isinstance(ttl, int) or not 0 <= ttl < 2**31:
            raise InputError(say("{where}: the ttl is not a number of seconds", where=where))
        kind = "ALIAS" if rdtype in _ALIASES else rdtype
        yield Entry(owner_in(name, self.origin, where), kind, ttl, rdata, place)

    def _rdata(self, rdtype: str, record: Mapping[str, Any], where: str) -> Rdata | None:
        target = record.get("target")
        if rdtype in ("TXT", "SPF"):
            strings = record.get("txtstrings")
            joined = "".join(map(str, strings)) if isinstance(strings, list) and strings else target
            return TXT.of(str(joined or ""))
        if rdtype in _ALIASES:
            return owner_in(str(target), self.origin, where)
        if rdtype in ("A", "AAAA"):
            return rdata_of(rdtype, str(target), where)
        if rdtype in _ONE_NAME:
            return owner_in(str(target), self.origin, where)
        if rdtype == "CAA":
            value = str(target).replace("\\", "\\\\").replace('"', '\\"')
            return rdata_of(rdtype, f'{record.get("caaflag", 0)} {record.get("caatag", "")} "{value}"', where)
        columns = _COLUMNS.get(rdtype)
        return self._from_columns(rdtype, columns, record, where) if columns else None

    def _from_columns(
        self, rdtype: str, columns: tuple[str, ...], record: Mapping[str, Any], where: str
    ) -> Rdata:
        cells = []
        for column in columns:
            value = record.get(column, "" if column == "svcparams" else 0)
            if column == "target" and rdtype in _TARGET_IS_NAME:
                value = owner_in(str(value), self.origin, where) + "."
            if column == "soambox":
                value = str(value).rstrip(".").replace("@", ".", 1) + "."
            cells.append(str(value))
        return rdata_of(rdtype, " ".join(cells), where)

    def notes(self) -> Iterator[Message]:
        """What is to be said about the domain."""
        if self.domain.get("keepunknown") or self.domain.get("unmanaged"):
            yield say(
                "DNSControl leaves records of {origin} alone that are not in its configuration; they are not"
                " judged, and a record that only they hold is taken as missing",
                origin=self.origin,
            )
        if self.passed_over:
            yield say(
                "{file}: {count} records of types that are no plain DNS are passed over: {types}",
                file=str(self.path),
                count=self.passed_over.total(),
                types=", ".join(sorted(self.passed_over)),
            )
