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
from .dnscontrol_left_alone import left_alone
from .placed_json import Object, Text, member, objects
from .proxied import PROXIED_TYPES, addresses_of, proxied_notes
from .rdata_from_dnspython import is_type, owner_in, rdata_of

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
    """The zones of a document, or the one for ``origin``, which names one of several views as ``example.com!tag``."""
    shown = printable(str(path))
    wanted, marked, tag = origin.partition("!")
    found: dict[str, tuple[Zone, list[Message]]] = {}
    for domain in document["domains"]:
        if not isinstance(domain, Object):
            raise InputError(say("{shown}: domains must hold objects", shown=shown))
        where = say("{file}, line {line}", file=shown, line=text.line(domain))
        written, view = _views_name(domain)
        try:
            name = _zone_name(written, str(where))
        except InputError:
            if wanted:
                continue
            raise
        if wanted and (name != wanted or (marked and view != tag)):
            continue
        if name in found:
            raise UsageError(
                say(
                    "{shown}: two domains are called {name}; choose one by its tag, as {name}!TAG={file}",
                    shown=shown,
                    name=name,
                    file=path.name,
                )
            )
        reading = _Reading(domain, name, text, path)
        entries = list(reading.entries())
        others = left_alone(domain, name, ((entry.owner, entry.rdtype) for entry in entries))
        zone = Zone(name, entries, f"DNSControl zone {name}", reading.hidden | reading.not_read, others)
        found[name] = zone, list(reading.notes())
    return list(found.values())


def _views_name(domain: Mapping[str, Any]) -> tuple[str, str]:
    """A domain's name and its tag, which older versions keep in the name (``example.com!inside``)."""
    name, _, tag = str(domain.get("name", "")).partition("!")
    return name, tag or str(domain.get("tag") or "")


def _zone_name(written: str, where: str) -> str:
    try:
        return DomainName.parse(written)
    except UsageError as fault:
        raise InputError(say("{where}: the domain's name: {fault}", where=where, fault=fault)) from None


class _Reading:
    """One domain being read."""

    def __init__(self, domain: Object, origin: str, text: Text, path: Path) -> None:
        self.domain, self.origin, self.text, self.path = domain, origin, text, path
        self.passed_over: Counter[str] = Counter()
        self.hidden: set[tuple[str, str]] = set()
        self.not_read: set[tuple[str, str]] = set()  # such a name exists all the same

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
        if below and name in ("", "@"):
            name = below
        elif below and f".{name}".endswith(f".{below}"):
            pass  # D_EXTEND writes the whole label and keeps the part it added
        elif below:
            name = f"{name}.{below}"
        if rdtype in PROXIED_TYPES and member(record, "meta").get("cloudflare_proxy") in ("on", "full"):
            self.hidden |= addresses_of(owner_in(name, self.origin, where))
            return
        rdata = self._rdata(rdtype, record, where, f"{below}.{self.origin}" if below else self.origin)
        if rdata is None:
            self.passed_over[rdtype] += 1
            if is_type(rdtype):
                self.not_read.add((owner_in(name, self.origin, where), rdtype))
            return
        written = f" {record['filepos']}" if isinstance(record.get("filepos"), str) else ""
        place = Place(str(self.path), line, f"{self.origin} {rdtype} {name}{written}")
        ttl = record.get("ttl") or DEFAULT_TTL
        if not isinstance(ttl, int) or not 0 <= ttl < 2**31:
            raise InputError(say("{where}: the ttl is not a number of seconds", where=where))
        kind = _kind_of_alias(record) if rdtype in _ALIASES else rdtype
        yield Entry(owner_in(name, self.origin, where), kind, ttl, rdata, place)

    def _rdata(self, rdtype: str, record: Mapping[str, Any], where: str, origin: str) -> Rdata | None:
        target = record.get("target")
        if rdtype in ("TXT", "SPF"):
            strings = record.get("txtstrings")
            joined = "".join(map(str, strings)) if isinstance(strings, list) and strings else target
            return TXT.of(str(joined or ""))
        if rdtype in _ALIASES:
            return owner_in(str(target), origin, where)
        if rdtype in ("A", "AAAA"):
            return rdata_of(rdtype, str(target), where)
        if rdtype in _ONE_NAME:
            return owner_in(str(target), origin, where)
        if rdtype == "CAA":
            value = str(target).replace("\\", "\\\\").replace('"', '\\"')
            return rdata_of(rdtype, f'{record.get("caaflag", 0)} {record.get("caatag", "")} "{value}"', where)
        columns = _COLUMNS.get(rdtype)
        return _from_columns(rdtype, columns, record, where, origin) if columns else None

    def notes(self) -> Iterator[Message]:
        """What is to be said about the domain."""
        if any(self.domain.get(key) for key in ("keepunknown", "unmanaged", "ignore_external_dns")):
            yield say(
                "DNSControl leaves records of {origin} alone that are not in its configuration; what may stand"
                " there is asked of the recording or the name servers, and is unknown without them",
                origin=self.origin,
            )
        yield from proxied_notes(str(self.path), self.origin, self.hidden)
        if self.passed_over:
            yield say(
                "{file}: {count} {count:record|records} of types that are not read here {count:is|are} passed over: {types}",
                file=str(self.path),
                count=self.passed_over.total(),
                types=", ".join(sorted(self.passed_over)),
            )


def _kind_of_alias(record: Mapping[str, Any]) -> str:
    """``ALIAS`` for the addresses of the target; R53_ALIAS and AZURE_ALIAS name the one type they stand for."""
    stands = member(record, "r53_alias").get("type") or member(record, "azure_alias").get("type")
    if stands == "CNAME":
        return "CNAME"
    return f"ALIAS {stands}" if isinstance(stands, str) and stands else "ALIAS"


def _from_columns(
    rdtype: str, columns: tuple[str, ...], record: Mapping[str, Any], where: str, origin: str
) -> Rdata:
    cells = []
    for column in columns:
        value = record.get(column, "" if column == "svcparams" else 0)
        if column == "target" and rdtype in _TARGET_IS_NAME:
            value = owner_in(str(value), origin, where) + "."
        if column == "soambox":
            value = str(value).rstrip(".").replace("@", ".", 1) + "."
        cells.append(str(value))
    return rdata_of(rdtype, " ".join(cells), where)
