"""The project file ``mailsetup.toml``: one domain, its provider, what only the tenant knows, and the house rules."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from mailsetup.model.errors import InputError
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.names import DomainName
from mailsetup.model.nearest import nearest

FILE_NAME = "mailsetup.toml"

TABLES: Mapping[str, tuple[str, ...]] = {
    "domain": ("name", "provider", "parameters", "time-zone", "senders"),
    "dmarc": ("rua", "policy", "strict"),
    "transport": ("tls-rpt", "mta-sts", "mta-sts-host"),
    "audit": ("fail-on", "policy", "selectors", "subdomains"),
    "kit": ("brand",),
    "move": ("from", "to", "until", "page", "plan"),
}
WAIVER_KEYS = ("check", "owner", "until", "reason")
OWN_SETTINGS = {
    "rua": "dmarc",
    "tls-rpt": "transport",
    "mta-sts-host": "transport",
    "time-zone": "domain",
}
"""The names that ``--set`` takes beside the profiles' parameters, each with its table here."""
TOP = (*TABLES, "senders", "waivers")


class Waiver(NamedTuple):
    """A finding that is accepted until a day, and why."""

    check: str
    until: date
    reason: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """What ``mailsetup.toml`` says. ``origin`` is the file."""

    domain: DomainName
    provider: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    senders: tuple[str, ...] = ()
    dmarc: Mapping[str, Any] = field(default_factory=dict)
    transport: Mapping[str, Any] = field(default_factory=dict)
    audit: Mapping[str, Any] = field(default_factory=dict)
    kit: Mapping[str, Any] = field(default_factory=dict)
    move: Mapping[str, Any] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    time_zone: str = "UTC"
    origin: str = FILE_NAME


def find(folder: str | Path = ".") -> Project | None:
    """The project of this folder, if there is one."""
    path = Path(folder) / FILE_NAME
    return read(path) if path.is_file() else None


def read(path: str | Path) -> Project:
    """A project file. `InputError` names file, key, and the nearest known key."""
    from mailsetup.edge.files import read_text

    return parse(read_text(path, phrase("project file")), str(path))


def parse(text: str, origin: str = FILE_NAME) -> Project:
    """A project from its text."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as fault:  # a number of thousands of digits is a ValueError
        raise InputError(
            say(
                "{file}: {fault}; the file is TOML",
                file=origin,
                fault=str(fault)[:1].lower() + str(fault)[1:],
            )
        ) from None
    _known(data, TOP, origin, "")
    for table, keys in TABLES.items():
        if not isinstance(data.get(table, {}), dict):
            raise InputError(say("{file}: [{table}] must be a table", file=origin, table=table))
        _known(data.get(table, {}), keys, origin, table)
    _typed(data, origin)
    domain = data.get("domain", {})
    if "name" not in domain:
        raise InputError(say('{file}: [domain] needs name = "example.com"', file=origin))
    return Project(
        domain=DomainName.parse(_text(domain, "name", origin, "domain")),
        provider=_text(domain, "provider", origin, "domain"),
        parameters=dict(_parameters(_table(domain, "parameters", origin, "domain"), origin)),
        senders=tuple(
            dict.fromkeys(
                (*_names(data, "senders", origin, ""), *_names(domain, "senders", origin, "domain"))
            )
        ),
        dmarc=data.get("dmarc", {}),
        transport=data.get("transport", {}),
        audit=data.get("audit", {}),
        kit=data.get("kit", {}),
        move=data.get("move", {}),
        waivers=tuple(_waiver(w, n, origin) for n, w in enumerate(_list(data, "waivers", origin), 1)),
        time_zone=_text(domain, "time-zone", origin, "domain") or "UTC",
        origin=origin,
    )


def render(
    domain: str,
    provider: str,
    parameters: Mapping[str, str],
    senders: tuple[str, ...] = (),
    own: Mapping[str, str] | None = None,
    missing: Mapping[str, str] | None = None,
) -> str:
    """
    The text of a new project file; ``own`` are settings of `OWN_SETTINGS`, each in its table.

    ``missing`` are values still to be found, with where: each has its line, to be filled in and uncommented.
    """
    tables: dict[str, list[str]] = {}
    for key, value in (own or {}).items():
        tables.setdefault(OWN_SETTINGS[key], []).append(f"{key} = {_quoted(value)}")
    lines = ["[domain]", f"name = {_quoted(domain)}", f"provider = {_quoted(provider)}"]
    lines += [*tables.pop("domain", []), ""]
    hint = say("what only your provider's console knows; never a password")
    lines.append(f"[domain.parameters] # {hint}")
    lines.extend(f"{_key(name)} = {_quoted(value)}" for name, value in parameters.items())
    for name, where in (missing or {}).items():
        lines += [f"# {' '.join(where.split())}", f'#{_key(name)} = ""']
    for table, settings in tables.items():
        lines += ["", f"[{table}]", *settings]
    text = "\n".join(lines) + "\n"
    if senders:
        text = f"senders = [{', '.join(_quoted(s) for s in senders)}]\n\n" + text
    return text


def _key(name: str) -> str:
    return _quoted(name) if "." in name else name


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04X}" for c in escaped) + '"'


def _known(table: Mapping[str, Any], keys: tuple[str, ...], origin: str, name: str) -> None:
    for key in table:
        if key not in keys:
            near = nearest(key, keys)
            hint = (
                say("did you mean {near}?", near=near[0])
                if near
                else say("known are {known}", known=", ".join(keys))
            )
            where = (
                f"[{name}] {key}" if name and not name.startswith("[") else f"{name}: {key}" if name else key
            )
            raise InputError(
                say('{file}: unknown key "{where}"; {hint}', file=origin, where=where, hint=hint)
            )


def _text(table: Mapping[str, Any], key: str, origin: str, name: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise InputError(
            say(
                '{file}: [{name}] {key} must be text in quotes, such as "{value}"',
                file=origin,
                name=name,
                key=key,
                value=value,
            )
        )
    return value


def _table(table: Mapping[str, Any], key: str, origin: str, name: str) -> Mapping[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise InputError(say("{file}: [{name}.{key}] must be a table", file=origin, name=name, key=key))
    return value


def _parameters(table: Mapping[str, Any], origin: str) -> Iterator[tuple[str, str]]:
    """What the services ask for, by name; a table inside holds what one of them asks for."""
    for key, value in table.items():
        if key in TOP:
            raise InputError(
                say(
                    "{file}: {key} stands at the top of the file, above [domain]; below [domain.parameters] it would be a "
                    "value of the provider's",
                    file=origin,
                    key=key,
                )
            )
        if isinstance(value, Mapping):
            yield from ((f"{key}.{name}", str(inner)) for name, inner in value.items())
        else:
            yield str(key), str(value)


def _typed(data: Mapping[str, Any], origin: str) -> None:
    """Refuses values of another kind: ``strict = "no"`` would be true."""
    for table, kinds in KINDS.items():
        for key, (right, wanted) in kinds.items():
            value = data.get(table, {}).get(key)
            if value is not None and not right(value):
                raise InputError(
                    say(
                        "{file}: [{table}] {key} must be {wanted}",
                        file=origin,
                        table=table,
                        key=key,
                        wanted=Message(wanted),
                    )
                )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_switch(value: object) -> bool:
    return isinstance(value, bool)


def _are_addresses(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(v, str) for v in value))


_TEXT = (_is_text, phrase("text in quotes"))
_SWITCH = (_is_switch, phrase("true or false"))
_ADDRESSES = (_are_addresses, phrase("an address in quotes, or a list of them"))
KINDS: Mapping[str, Mapping[str, tuple[Callable[[object], bool], str]]] = {
    "dmarc": {"rua": _ADDRESSES, "policy": _TEXT, "strict": _SWITCH},
    "transport": {"tls-rpt": _ADDRESSES, "mta-sts": _SWITCH, "mta-sts-host": _TEXT},
    "kit": {"brand": _TEXT},
}
"""What values are of; those of ``[audit]`` and ``[move]`` are read where they are used."""


def _list(table: Mapping[str, Any], key: str, origin: str) -> list[Any]:
    value = table.get(key, [])
    if not isinstance(value, list):
        raise InputError(say("{file}: {key} must be a list", file=origin, key=key))
    return value


def _names(table: Mapping[str, Any], key: str, origin: str, name: str) -> tuple[str, ...]:
    value = _list(table, key, origin)
    if not all(isinstance(v, str) for v in value):
        raise InputError(
            say('{file}: {key} must be a list of ids, such as {key} = ["an-id"]', file=origin, key=key)
        )
    return tuple(value)


def _waiver(entry: Any, number: int, origin: str) -> Waiver:
    where = str(say("[[waivers]] number {number}", number=number))
    if not isinstance(entry, dict):
        raise InputError(say("{file}: {where} must be a table", file=origin, where=where))
    _known(entry, WAIVER_KEYS, origin, where)
    for key in ("check", "until", "reason"):
        if key not in entry:
            raise InputError(say("{file}: {where} needs {key}", file=origin, where=where, key=key))
    if not str(entry["reason"]).strip():
        raise InputError(say("{file}: {where} needs {key}", file=origin, where=where, key="reason"))
    until = entry["until"]
    if isinstance(until, str):
        try:
            until = date.fromisoformat(until)
        except ValueError:
            raise InputError(
                say("{file}: {where}: until must be a day such as 2027-01-31", file=origin, where=where)
            ) from None
    if type(until) is not date:  # a time of day is a date too, and cannot be compared with one
        raise InputError(
            say("{file}: {where}: until must be a day such as 2027-01-31", file=origin, where=where)
        )
    return Waiver(str(entry["check"]), until, str(entry["reason"]), str(entry.get("owner", "")))
