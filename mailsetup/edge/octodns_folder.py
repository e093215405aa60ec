"""
octoDNS YAML zones as a source of answers: one file, a config folder, or a zone split by name.

The layout is that of octoDNS's YamlProvider: ``example.com.yaml`` for the zone ``example.com.``, or a
folder ``example.com.`` whose files all belong to it. https://octodns.readthedocs.io checked 2026-11.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

from mailsetup.model.dns import TXT, Rdata
from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.message import Message, say
from mailsetup.model.names import DomainName, printable

from .authority import Authority, Entry, Place, Zone
from .dnspython_faults import name_fault
from .octodns_yaml import named_records
from .proxied import PROXIED_TYPES, addresses_of, proxied_notes
from .rdata_from_dnspython import is_type, name_text, owner_in, rdata_of

RECORD_LIMIT = 1_000_000
DEFAULT_TTL = 3600  # YamlProvider's default_ttl

_EXTENSIONS = (".yaml", ".yml")
_ONE_COLUMN = frozenset({"A", "AAAA", "CNAME", "NS", "PTR", "DNAME", "ALIAS"})
_COLUMNS: dict[str, tuple[tuple[str, ...], ...]] = {
    "MX": (("preference", "priority"), ("exchange", "value")),
    "SRV": (("priority",), ("weight",), ("port",), ("target",)),
    "CAA": (("flags",), ("tag",), ("value",)),
    "TLSA": (("certificate_usage",), ("selector",), ("matching_type",), ("certificate_association_data",)),
    "DS": (("key_tag",), ("algorithm",), ("digest_type",), ("digest",)),
    "SSHFP": (("algorithm",), ("fingerprint_type",), ("fingerprint",)),
    "NAPTR": (("order",), ("preference",), ("flags",), ("service",), ("regexp",), ("replacement",)),
    "URI": (("priority",), ("weight",), ("target",)),
    "HTTPS": (("svcpriority",), ("targetname",), ("svcparams",)),
    "SVCB": (("svcpriority",), ("targetname",), ("svcparams",)),
}
_DEFAULTS = {"flags": "0", "certificate_usage": "0", "selector": "0", "matching_type": "0"}
_QUOTED_COLUMNS = {
    ("NAPTR", "flags"),
    ("NAPTR", "service"),
    ("NAPTR", "regexp"),
    ("URI", "target"),
}
_NAME_COLUMNS = frozenset({"exchange", "target", "replacement", "targetname"})
_PRESENTED = frozenset({("CAA", "value")})  # octoDNS puts quotes around it and no more
_TRUE = frozenset({"true", "yes", "on"})  # YAML 1.1


class OctodnsFolder(Authority):
    """
    octoDNS zones as a source: authoritative for what they hold, `UNASKED` beyond.

    Each argument is ``[ORIGIN=]PATH``: a zone's YAML file, a zone's folder, or the config folder with all
    zones. Raises `UsageError` when no zone is found, `InputError` (file, line, key) for what cannot be read.
    """

    def __init__(self, *paths: str | os.PathLike[str]) -> None:
        zones = [zone for path in paths for zone in octodns_zones(os.fspath(path))]
        super().__init__((zone for zone, _ in zones), "; ".join(zone.server for zone, _ in zones))
        self.notes = tuple(note for _, notes in zones for note in notes)


def octodns_zones(argument: str) -> list[tuple[Zone, list[Message]]]:
    """The zones of one ``[ORIGIN=]PATH``, each with what is to be said about it."""
    given, equals, after = argument.partition("=")
    if not equals or Path(argument).exists():
        given, after = "", argument
    path = Path(after)
    found = {_origin(given, given): _files(path)} if given else _zones_at(path)
    if not found:
        raise UsageError(
            say(
                "{after}: no octoDNS zone here; a zone's file is called such as example.com.yaml", after=after
            )
        )
    loaded = [_load(origin, files) for origin, files in sorted(found.items())]
    loaded[0][1][:0] = _without_soa([z for z, _ in loaded if "SOA" not in z.sets.get(z.origin, {})])
    return loaded


def _files(path: Path) -> list[Path]:
    return sorted(p for p in path.iterdir() if p.suffix in _EXTENSIONS) if path.is_dir() else [path]


def _zones_at(path: Path) -> dict[str, list[Path]]:
    if not path.is_dir():
        return {_origin(path.stem, str(path)): [path]}
    if path.resolve().name.endswith("."):
        return {_origin(path.resolve().name, str(path)): _files(path)}
    found: dict[str, list[Path]] = {}
    for entry in sorted(path.iterdir()):
        is_split = entry.is_dir() and entry.name.endswith(".") and entry.name.strip(".")
        is_zone = entry.suffix in _EXTENSIONS and "." in entry.stem and entry.is_file()
        if is_split or is_zone:
            name = entry.name if is_split else entry.stem
            found.setdefault(_origin(name, str(entry)), []).extend(_files(entry) if is_split else [entry])
    return found


def _origin(text: str, shown: str) -> str:
    try:
        return DomainName.parse(text.rstrip("."))
    except UsageError as fault:
        raise UsageError(
            say("{shown}: the name tells no zone: {fault}; give ORIGIN=PATH", shown=shown, fault=fault)
        ) from None


def _load(origin: str, files: list[Path]) -> tuple[Zone, list[Message]]:
    server = f"octoDNS zone {printable(files[0].name if len(files) == 1 else origin)}"
    reading = _Reading(origin)
    entries: list[Entry] = []
    for file in files:
        for entry in reading.entries(file):
            entries.append(entry)
            if len(entries) > RECORD_LIMIT:
                raise InputError(
                    say(
                        "{file}: more than {limit} records; split the zone",
                        file=str(file),
                        limit=RECORD_LIMIT,
                    )
                )
    zone = Zone(origin, entries, server, reading.ignored | reading.hidden | reading.not_read)
    return zone, list(reading.notes(str(files[0])))


def _without_soa(zones: list[Zone]) -> list[Message]:
    """What is said once of all zones of a folder, for octoDNS keeps no SOA."""
    if len(zones) > 1:
        return [
            say(
                "{n} octoDNS {n:zone|zones} say nothing of SOA and may leave out NS, as octoDNS zones do;"
                " these are not judged from them",
                n=len(zones),
            )
        ]
    return [
        say(
            "{zone} says nothing of SOA and may leave out NS, as octoDNS zones do; these are not judged from it",
            zone=zone.server,
        )
        for zone in zones
    ]


def _place(shown: str, line: int, name: str) -> str:
    return str(say('{file}, line {line}, name "{name}"', file=shown, line=line, name=name))


class _Reading:
    """One zone being read, which may have many files."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.ignored: set[tuple[str, str]] = set()
        self.hidden: set[tuple[str, str]] = set()
        self.passed_over: Counter[str] = Counter()
        self.not_read: set[tuple[str, str]] = set()  # such a name exists all the same
        self.undotted: list[tuple[Place, str]] = []
        self.reread: list[tuple[Place, str, str]] = []

    def entries(self, file: Path) -> Iterator[Entry]:
        """The records of one file; what octoDNS or the service does not publish as written is remembered."""
        for named in named_records(file, printable(str(file))):
            where = _place(
                printable(named.file), named.line, named.name if named.written is None else named.written
            )
            if named.written is not None:
                self.reread.append((Place(named.file, named.line), named.written, named.name))
            owner = owner_in(named.name, self.origin, where)
            records = named.records if isinstance(named.records, list) else [named.records]
            for record, (line, lines) in zip_longest(
                records, named.lines[: len(records)], fillvalue=(named.line, ())
            ):
                if not isinstance(record, Mapping):
                    raise InputError(say("{where}: a record is a mapping with type and value", where=where))
                places = [Place(named.file, at) for at in (line, *lines)]
                yield from self._entries_of(record, owner, where, places)

    def _entries_of(
        self, record: Mapping[str, Any], owner: str, where: str, places: list[Place]
    ) -> Iterator[Entry]:
        """``places`` are the record's own and, where it lists several, those of its values."""
        rdtype = _scalar(
            record.get("type", ""), str(say('{where}, key "{key}"', where=where, key="type"))
        ).upper()
        if not rdtype:
            raise InputError(say('{where}: the key "type" is missing', where=where))
        ttl = _number(
            record.get("ttl", DEFAULT_TTL), str(say('{where}, key "{key}"', where=where, key="ttl"))
        )
        values = _values(record, where)
        extra = record.get("octodns")
        if _is_true(extra, "ignored"):
            self.ignored.add((owner, rdtype))
        elif rdtype in PROXIED_TYPES and _is_true(extra, "cloudflare", "proxied"):
            self.hidden |= addresses_of(owner)
        elif rdtype not in _COLUMNS and any(isinstance(value, Mapping) for value in values):
            self.passed_over[rdtype] += 1
            self.not_read |= {(owner, one) for one in _published(rdtype, values)}
        else:
            own = places[1:] if len(values) > 1 else []
            for value, place in zip_longest(values, own[: len(values)], fillvalue=places[0]):
                self.undotted += (
                    (place, name) for name in _names_in(rdtype, value) if not name.endswith(".")
                )
                yield Entry(owner, rdtype, ttl, _rdata(rdtype, value, where), place)

    def notes(self, file: str) -> Iterator[Message]:
        """What is to be said of the zone."""
        if self.ignored:
            yield say(
                "{file}: {count} record {count:set|sets} of {zone} {count:is|are} ignored by octoDNS; "
                "what is published there is unknown",
                file=file,
                count=len(self.ignored),
                zone=self.origin,
            )
        yield from proxied_notes(file, self.origin, self.hidden)
        if self.undotted:
            place, name = self.undotted[0]
            yield say(
                "{file}: {count} {count:name|names} {count:does|do} not end in a dot, the first at line {line}: {name};"
                " octoDNS refuses {count:it|them} unless it is lenient, and then"
                " {count:it is a whole name|they are whole names}",
                file=place.file,
                count=len(self.undotted),
                line=place.line,
                name=name[:80],
            )
        if self.reread:
            place, written, name = self.reread[0]
            yield say(
                "{file}: YAML has {count} {count:name|names} for other values, the first at line {line}: {written} is read"
                " as {name}, and octoDNS publishes that; write a name in quotes to have it as it stands",
                file=place.file,
                count=len(self.reread),
                line=place.line,
                written=written[:80],
                name=name[:80],
            )
        if self.passed_over:
            yield say(
                "{file}: {count} {count:record|records} of types that are not read here {count:is|are} passed over: {types}",
                file=file,
                count=self.passed_over.total(),
                types=", ".join(sorted(self.passed_over)),
            )


def _is_true(found: object, *keys: str) -> bool:
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return isinstance(found, str) and found.lower() in _TRUE


def _scalar(value: object, where: str) -> str:
    """A single value; a list that names itself over and over would fill the memory when written out."""
    if isinstance(value, (list, Mapping)):
        raise InputError(say("{where}: one value is wanted, not several", where=where))
    return str(value)


def _number(value: object, where: str) -> int:
    text = _scalar(value, where)
    if not text.isascii() or not text.isdecimal() or len(text) > 10 or int(text) >= 2**31:
        raise InputError(
            say(
                "{where}: {text!r} is not a number from 0 to {value}",
                where=where,
                text=text[:40],
                value=2**31 - 1,
            )
        )
    return int(text)


def _values(record: Mapping[str, Any], where: str) -> list[Any]:
    if "values" in record:
        values = record["values"]
        if values == []:
            raise InputError(say('{where}: the key "values" holds nothing', where=where))
        return values if isinstance(values, list) else [values]
    if "value" in record:
        return record["value"] if isinstance(record["value"], list) else [record["value"]]
    if "octodns" in record or "dynamic" in record or "geo" in record:
        return []
    raise InputError(say('{where}: the key "value" or "values" is missing', where=where))


def _rdata(rdtype: str, value: Any, where: str) -> Rdata:
    if rdtype in ("TXT", "SPF"):
        if not isinstance(value, str):
            raise InputError(say("{where}: a {rdtype} value is one text", where=where, rdtype=rdtype))
        return TXT.of(_text(value).decode("latin-1"))
    if rdtype == "ALIAS":
        return _name(value, where)
    if isinstance(value, Mapping):
        text = _columns(rdtype, value, where)
    elif isinstance(value, str):
        text = _name(value, where) + "." if rdtype in _ONE_COLUMN - {"A", "AAAA"} else value
    else:
        raise InputError(
            say("{where}: a {rdtype} value is neither a text nor a mapping", where=where, rdtype=rdtype)
        )
    return rdata_of(rdtype, text, where)


def _columns(rdtype: str, value: Mapping[str, Any], where: str) -> str:
    out = []
    for keys in _COLUMNS[rdtype]:
        if keys[0] == "svcparams":
            out.append(_parameters(value.get("svcparams"), where))
            continue
        found = next((_scalar(value[key], where) for key in keys if key in value), _DEFAULTS.get(keys[0]))
        if found is None:
            raise InputError(say('{where}: the key "{keys}" is missing', where=where, keys=keys[0]))
        if keys[0] in _NAME_COLUMNS and rdtype != "URI":
            found = _name(found, where) + "."
        elif (rdtype, keys[0]) in _PRESENTED:
            found = f'"{found}"'
        elif (rdtype, keys[0]) in _QUOTED_COLUMNS:
            found = '"' + found.replace("\\", "\\\\").replace('"', '\\"') + '"'
        out.append(found)
    return " ".join(out)


def _parameters(found: object, where: str) -> str:
    """Service parameters, such as ``alpn=h2,h3`` (RFC 9460 section 2.1)."""
    if not isinstance(found, Mapping):
        return ""
    return " ".join(
        f"{key}={','.join(_scalar(one, where) for one in value) if isinstance(value, list) else _scalar(value, where)}"
        if value not in (None, "")
        else str(key)
        for key, value in found.items()
    )


def _published(rdtype: str, values: list[Any]) -> set[str]:
    """The types a record that is not read may be answered with; a host's own stands for addresses, or says for what."""
    if is_type(rdtype):
        return {rdtype}
    stated = (value.get("type") for value in values if isinstance(value, Mapping))
    return {one.upper() for one in stated if isinstance(one, str)} or {"A", "AAAA"}


def _names_in(rdtype: str, value: Any) -> list[str]:
    """The targets of a value, as written; `_rdata` says what is wrong with them."""
    if isinstance(value, str):
        return [value] if rdtype in _ONE_COLUMN - {"A", "AAAA"} else []
    if not isinstance(value, Mapping) or rdtype not in _COLUMNS or rdtype == "URI":
        return []
    found = (
        next((value[k] for k in keys if k in value), None)
        for keys in _COLUMNS[rdtype]
        if keys[0] in _NAME_COLUMNS
    )
    return [name for name in found if isinstance(name, str)]


def _name(value: object, where: str) -> str:
    """A target: a whole name, also without the trailing dot octoDNS wants."""
    import dns.exception
    import dns.name

    text = _scalar(value, where)
    try:
        if not text:
            raise dns.name.EmptyLabel
        return name_text(dns.name.from_text(text, dns.name.root))
    except (dns.exception.DNSException, UnicodeError, ValueError) as fault:
        raise InputError(
            say(
                '{where}: "{text}" is not a name ({fault})',
                where=where,
                text=text[:80],
                fault=name_fault(fault),
            )
        ) from None


def _text(value: str) -> bytes:
    r"""A TXT value as octoDNS takes it: outer quotes and cuts go, ``\;`` is a semicolon, the rest stands for itself."""
    if len(value) >= 2 and value[0] == value[-1] == '"':
        value = value[1:-1]
    return value.replace('" "', "").replace("\\;", ";").encode("utf-8", "replace")
