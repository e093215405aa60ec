"""
octoDNS YAML zones as a source of answers: one file, a config folder, or a zone split by name.

The layout is that of octoDNS's YamlProvider: ``example.com.yaml`` for the zone ``example.com.``, or a
folder ``example.com.`` whose files all belong to it. https://octodns.readthedocs.io checked 2026-11.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mailsetup.model import os_faults
from mailsetup.model.dns import TXT, Rdata
from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.message import Message, say
from mailsetup.model.names import DomainName, printable

from .authority import Authority, Entry, Place, Zone
from .rdata_from_dnspython import name_text, owner_in, rdata_of

SIZE_LIMIT = 64 * 2**20  # octets of one file
RECORD_LIMIT = 1_000_000
DEPTH_LIMIT = 32  # a zone nests five deep; what is deeper is no zone
MERGE_LIMIT = 1_000  # pairs of a mapping that uses "<<"; a zone's defaults are a handful
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
}
_DEFAULTS = {"flags": "0", "certificate_usage": "0", "selector": "0", "matching_type": "0"}
_QUOTED_COLUMNS = {
    ("CAA", "value"),
    ("NAPTR", "flags"),
    ("NAPTR", "service"),
    ("NAPTR", "regexp"),
    ("URI", "target"),
}
_NAME_COLUMNS = frozenset({"exchange", "target", "replacement"})
_BOOLEANS = frozenset({"yes", "no", "on", "off", "true", "false", "null", "~"})  # YAML 1.1, unless quoted
_ESCAPE = re.compile(r"\\([0-9]{3}|.)", re.DOTALL)


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
    return [_load(origin, files) for origin, files in sorted(found.items())]


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
    entries: list[Entry] = []
    for file in files:
        for entry in _entries(file, origin):
            entries.append(entry)
            if len(entries) > RECORD_LIMIT:
                raise InputError(
                    say(
                        "{file}: more than {limit} records; split the zone",
                        file=str(file),
                        limit=RECORD_LIMIT,
                    )
                )
    zone = Zone(origin, entries, server)
    note = say(
        "{zone} says nothing of SOA and may leave out NS, as octoDNS zones do; these are not judged from it",
        zone=server,
    )
    return zone, [] if "SOA" in zone.sets.get(origin, {}) else [note]


def _place(shown: str, line: int, name: str) -> str:
    return str(say('{file}, line {line}, name "{name}"', file=shown, line=line, name=name))


def _entries(file: Path, origin: str) -> Iterator[Entry]:
    shown = printable(str(file))
    for name, line, records in _named(file, shown):
        owner = owner_in(name, origin, _place(shown, line, name))
        for record in records if isinstance(records, list) else [records]:
            where = _place(shown, line, name)
            if not isinstance(record, Mapping):
                raise InputError(say("{where}: a record is a mapping with type and value", where=where))
            rdtype = _scalar(
                record.get("type", ""), str(say('{where}, key "{key}"', where=where, key="type"))
            ).upper()
            if not rdtype:
                raise InputError(say('{where}: the key "type" is missing', where=where))
            ttl = _number(
                record.get("ttl", DEFAULT_TTL), str(say('{where}, key "{key}"', where=where, key="ttl"))
            )
            for value in _values(record, where):
                yield Entry(owner, rdtype, ttl, _rdata(rdtype, value, where), Place(str(file), line))


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
    columns = _COLUMNS.get(rdtype)
    if columns is None:
        raise InputError(
            say("{where}: {rdtype} values are not read from a mapping", where=where, rdtype=rdtype[:20])
        )
    out = []
    for keys in columns:
        found = next((_scalar(value[key], where) for key in keys if key in value), _DEFAULTS.get(keys[0]))
        if found is None:
            raise InputError(say('{where}: the key "{keys}" is missing', where=where, keys=keys[0]))
        if keys[0] in _NAME_COLUMNS and rdtype != "URI":
            found = _name(found, where) + "."
        elif (rdtype, keys[0]) in _QUOTED_COLUMNS:
            found = '"' + found.replace("\\", "\\\\").replace('"', '\\"') + '"'
        out.append(found)
    return " ".join(out)


def _name(value: object, where: str) -> str:
    """A target as octoDNS wants it: whole, with the trailing dot."""
    import dns.exception
    import dns.name

    text = _scalar(value, where)
    if not text.endswith("."):
        raise InputError(
            say(
                '{where}: "{text}" does not end in a dot; octoDNS wants whole names',
                where=where,
                text=text[:80],
            )
        )
    try:
        return name_text(dns.name.from_text(text))
    except (dns.exception.DNSException, UnicodeError, ValueError) as fault:
        raise InputError(
            say('{where}: "{text}" is not a name ({fault})', where=where, text=text[:80], fault=str(fault))
        ) from None


def _text(value: str) -> bytes:
    r"""A TXT value: quotes and cuts taken off, ``\;`` and the master-file escapes undone."""
    if len(value) >= 2 and value[0] == value[-1] == '"':
        value = re.sub(r'(?<!\\)"\s+"', "", value[1:-1])
    out = bytearray()
    at = 0
    for match in _ESCAPE.finditer(value):
        out += value[at : match.start()].encode("utf-8", "replace")
        code = match[1]
        is_octet = len(code) == 3 and int(code) < 256
        out += bytes([int(code)]) if is_octet else code.encode("utf-8", "replace")
        at = match.end()
    return bytes(out + value[at:].encode("utf-8", "replace"))


# YAML.


def _named(file: Path, shown: str) -> Iterable[tuple[str, int, Any]]:
    """Each name of a file with its line and what stands there, all scalars as text."""
    import yaml

    text = _read(file, shown)
    try:
        _bounded(text, shown)
        loader = _loader()(text)
        try:
            root = loader.get_single_node()
            if root is None:
                return []
            if not isinstance(root, yaml.MappingNode):
                raise InputError(
                    say(
                        "{shown}, line 1: not an octoDNS zone: names with their records are wanted",
                        shown=shown,
                    )
                )
            loader.flatten_mapping(root)
            _no_twins(root)
            for key, _ in root.value:
                _no_boolean(key)
            return [
                (str(key.value), key.start_mark.line + 1, loader.construct_object(value, deep=True))
                for key, value in root.value
            ]
        finally:
            loader.dispose()
    except yaml.YAMLError as fault:
        raise InputError(say("{shown}{where}", shown=shown, where=_where(fault))) from None
    except (RecursionError, ValueError, TypeError) as fault:
        raise InputError(
            say("{shown}: cannot be read as YAML ({fault})", shown=shown, fault=printable(str(fault))[:120])
        ) from None


def _read(file: Path, shown: str) -> str:
    try:
        with file.open("rb") as stream:
            data = stream.read(SIZE_LIMIT + 1)
        if len(data) > SIZE_LIMIT:
            raise InputError(
                say(
                    "{shown}: larger than {limit} MiB; split the zone", shown=shown, limit=SIZE_LIMIT // 2**20
                )
            )
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise InputError(
            say("{shown}, line {line}: not UTF-8 text; save it as UTF-8", shown=shown, line=line)
        ) from None
    except (OSError, ValueError) as fault:
        reason = os_faults.strerror(fault) if isinstance(fault, OSError) else say("not a file name")
        raise InputError(say("{shown}: cannot be read ({reason})", shown=shown, reason=reason)) from None


def _bounded(text: str, shown: str) -> None:
    """Refuses nesting that would overflow a stack, before anything is built."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEPTH_LIMIT:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise InputError(
                    say(
                        "{shown}, line {line}: nested deeper than {limit}; this is no zone",
                        shown=shown,
                        line=line,
                        limit=DEPTH_LIMIT,
                    )
                )
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _no_twins(node: Any) -> None:
    import yaml

    seen: dict[str, int] = {}
    for key, _ in node.value:
        name, line = str(key.value), key.start_mark.line + 1
        if name in seen:
            raise yaml.MarkedYAMLError(
                problem=str(
                    say(
                        '"{name}" stands here a second time, first at line {seen}', name=name, seen=seen[name]
                    )
                ),
                problem_mark=key.start_mark,
            )
        seen[name] = line


def _no_boolean(key: Any) -> None:
    """Names such as ``no`` and ``on`` are booleans in YAML 1.1; octoDNS would publish ``false``."""
    import yaml

    if getattr(key, "style", None) not in ("'", '"') and str(key.value).lower() in _BOOLEANS:
        raise yaml.MarkedYAMLError(
            problem=str(
                say('YAML reads the name {key} as a value; write it in quotes, as "{key}"', key=key.value)
            ),
            problem_mark=key.start_mark,
        )


def _loader() -> Callable[[str], Any]:
    """PyYAML's safe loader that keeps scalars as text, refuses double keys and bounds merges."""
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        yaml_implicit_resolvers = {"<": [("tag:yaml.org,2002:merge", re.compile(r"^(?:<<)$"))]}

        def flatten_mapping(self, node: Any) -> None:
            merges = [v for k, v in node.value if k.tag == "tag:yaml.org,2002:merge"]
            _no_twins(node)
            too_many = any(len(v.value) > MERGE_LIMIT for v in merges)
            if not too_many:
                super().flatten_mapping(node)
            if not merges:
                return
            if too_many or len(node.value) > MERGE_LIMIT:
                raise yaml.MarkedYAMLError(
                    problem=str(say('"<<" brings more than {limit} keys', limit=MERGE_LIMIT)),
                    problem_mark=node.start_mark,
                )
            node.value = list({str(k.value): (k, v) for k, v in node.value}.values())

    return Loader


def _where(fault: Any) -> Message:
    mark = getattr(fault, "problem_mark", None) or getattr(fault, "context_mark", None)
    problem = getattr(fault, "problem", None) or getattr(fault, "reason", None) or say("not YAML")
    if mark is None:
        return say(": {problem}", problem=problem)
    return say(
        ", line {line}, column {column}: {problem}",
        line=mark.line + 1,
        column=mark.column + 1,
        problem=problem,
    )
