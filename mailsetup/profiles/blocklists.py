"""The lists that can be asked: one TOML file each under ``blocklists/``, live, doubtful, retired, or not in DNS."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from mailsetup.model.blocklist import (
    Blocklist,
    Code,
    Effect,
    Grade,
    Hashing,
    KeyNeed,
    Kind,
    Reading,
    Refusal,
    RefusalCause,
    State,
    TestPoints,
    Weight,
)
from mailsetup.model.errors import UsageError
from mailsetup.model.message import say
from mailsetup.model.nearest import nearest

__all__ = ["all_blocklists", "blocklist_named", "parse", "public_resolver"]

ROOM = "blocklists"
PUBLIC = "_public_resolvers.toml"


@lru_cache(maxsize=1)
def all_blocklists() -> Mapping[str, Blocklist]:
    """Every list by id, in the order of ids."""
    folder = files("mailsetup").joinpath(ROOM)
    names = sorted(
        item.name for item in folder.iterdir() if item.name.endswith(".toml") and item.name[0] != "_"
    )
    found = (parse(folder.joinpath(name).read_text(encoding="utf-8")) for name in names)
    return {one.id: one for one in found}


@lru_cache(maxsize=1)
def _by_zone() -> Mapping[str, Blocklist]:
    """Lists by every zone they have or had; the list that owns a zone comes before one that mentions it."""
    known: dict[str, Blocklist] = {}
    for one in all_blocklists().values():
        for zone in one.other_zones:
            known.setdefault(zone, one)
    known.update({one.zone: one for one in all_blocklists().values() if one.zone})
    return known


def blocklist_named(typed: str) -> Blocklist:
    """The list with this id or zone; `UsageError` names the nearest ones."""
    name = typed.strip().lower().rstrip(".")
    found = all_blocklists().get(name) or _by_zone().get(name)
    if found is not None:
        return found
    known = [*all_blocklists(), *_by_zone()]
    near = [i for i in all_blocklists() if name and i.startswith(name)][:5]
    near = near or nearest(name, known, 3)
    hint = (
        say("; did you mean {near}?", near=str(say(" or ")).join(near))
        if near
        else say("; docs/blocklists.md names them all")
    )
    raise UsageError(say('there is no list "{typed}"{hint}', typed=typed[:80], hint=hint))


@lru_cache(maxsize=1)
def _resolvers() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files("mailsetup").joinpath(ROOM).joinpath(PUBLIC).read_text(encoding="utf-8"))


def public_resolver(host: str) -> str:
    """Whose public resolver an address or host name is; ``""`` if it is nobody's."""
    return _resolvers()["resolvers"].get(host) or _resolvers()["hosts"].get(host.lower(), "")


def parse(text: str) -> Blocklist:
    """A list from its file."""
    data = tomllib.loads(text)
    state = State(data["status"])
    common = {
        "id": data["id"],
        "name": data["name"],
        "operator": data.get("operator", ""),
        "state": state,
        "zone": data.get("zone", ""),
        "other_zones": tuple(data.get("other_zones", {})),
        "confidence": data["confidence"],
        "sources": tuple((s["what"], s["date"]) for s in data["sources"]),
    }
    match state:
        case State.RETIRED:
            return Blocklist(
                **common, since=data["since"], ended_as=data["effect"], note=data.get("detail", "")
            )
        case State.WEB:
            return Blocklist(
                **common,
                weight=Weight(data["weight"]),
                lookup=data["lookup"],
                bounces=tuple(data["bounces"]),
                note=data["note"],
            )
    return Blocklist(**common, **_asked(data))


def _asked(data: dict[str, Any]) -> dict[str, Any]:
    """What only a list has that can be asked."""
    key, usage, category = data["key"], data.get("usage", {}), data.get("category", {})
    return {
        "purpose": data["purpose"],
        "kinds": tuple(Kind(kind) for kind in data["kinds"]),
        "reading": Reading(data["reading"]),
        "weight": Weight(data["weight"]),
        "default": data["default"],
        "default_note": data.get("default_note", ""),
        "codes": tuple(_code(one) for one in data["codes"]),
        "refusals": tuple(_refusal(one) for one in data.get("refusals", ())),
        "refusal_bits": data.get("refusal_bits", 0),
        "refusal_note": data.get("refusal_note", ""),
        "tests": _tests(data["test"]),
        "registrable": data.get("registrable", False),
        "hashed": data.get("hashed", ""),
        "hashing": _hashing(data["hash"]) if "hash" in data else None,
        "not_asked": data.get("not_asked", ""),
        "key_need": KeyNeed(key["need"]),
        "key_name": key.get("name", ""),
        "key_note": key.get("note", ""),
        "keyed_zone": key.get("zone", ""),
        "public_resolver": data["public_resolver"],
        "networks_refused": tuple(data.get("networks_refused", ())),
        "queries_per_second": float(usage.get("queries_per_second", 0)),
        "queries_per_day": usage.get("queries_per_day", 0),
        "category_octet": category.get("octet", 0),
        "categories": {int(number): name for number, name in category.get("names", {}).items()},
        "removal_url": data["removal"]["url"],
        "removal": data["removal"]["policy"],
        "alive": data["alive"],
        "note": data.get("query_note", ""),
    }


def _code(one: dict[str, Any]) -> Code:
    grade = Grade(one["severity"])
    effect = Effect(one.get("effect", "allowed" if grade is Grade.ALLOW else "listed"))
    return Code(one.get("code", ""), one.get("bit", 0), one["meaning"], grade, effect)


def _hashing(data: dict[str, Any]) -> Hashing:
    return Hashing(
        data["function"],
        data.get("strip_tag", False),
        tuple(data.get("dotless", ())),
        tuple(data.get("aliases", {}).items()),
    )


def _refusal(one: dict[str, Any]) -> Refusal:
    return Refusal(one["code"], one["meaning"], RefusalCause(one["cause"]))


def _tests(data: dict[str, Any]) -> dict[Kind, TestPoints]:
    """The test points by kind; names of name servers are proven by the points for domains."""
    found = {
        kind: TestPoints(tuple(data[kind]["listed"]), tuple(data[kind]["not_listed"]))
        for kind in (Kind.IPV4, Kind.IPV6, Kind.DOMAIN, Kind.EMAIL_HASH)
        if kind in data
    }
    if Kind.DOMAIN in found:
        found[Kind.NAME_SERVER] = found[Kind.DOMAIN]
    return found
