"""
The text of one profile file as a `Profile`, or an `InputError` that names file, key and remedy.

The file's shape is described in docs/profiles.md. Hosts and targets are lower-cased; regular
expressions are not compiled here (see `mailsetup.profiles`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from mailsetup.model.errors import InputError
from mailsetup.model.message import Message, say
from mailsetup.model.nearest import nearest
from mailsetup.model.profile import (
    AdminSteps,
    Choice,
    Client,
    Confidence,
    DetectPatterns,
    Disagreement,
    DkimTemplate,
    Kind,
    MxSet,
    Necessity,
    Parameter,
    Profile,
    ProfileStatus,
    RecordTemplate,
    Source,
    SpfTemplate,
    State,
    Weak,
)
from mailsetup.model.reader_faults import reader_fault

E = TypeVar("E", bound=StrEnum)

PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")
BUILT_IN = frozenset({"domain", "domain_dashes"})
"""Placeholders filled from the domain itself; ``domain_dashes`` has every dot replaced by a dash."""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DATE = re.compile(r"(19|20)[0-9]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
_VALUE_KEY = {
    "MX": "exchange",
    "CNAME": "target",
    "SRV": "target",
    "TXT": "text",
    "A": "address",
    "AAAA": "address",
}
_RECORD_KEYS: tuple[str, ...] = (
    "host",
    "type",
    "preference",
    "priority",
    "weight",
    "port",
    "ttl",
    "necessity",
    "purpose",
)
_RECORD_KEYS += ("name", "note", "accept", "exchange", "target", "text", "address")
_KINDS = frozenset(
    {"text", "host", "record-name", "selector", "address", "number", "dkim-key", "dkim-record", "token"}
)


_PURPOSES = ("mx", "dkim", "verification", "client", "return-path", "tracking", "other")


def parse(text: str, origin: str) -> Profile:
    """The profile in a TOML text; ``origin`` is the file's name, for messages and for `Profile.origin`."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as fault:  # a number of thousands of digits is a ValueError
        raise InputError(
            say("{origin}: not readable as TOML: {fault}", origin=origin, fault=reader_fault(fault))
        ) from None
    return _profile(_Table(data, "", origin), origin)


class _Table:
    """One TOML table being read: every getter checks the type, `only` refuses unknown keys."""

    __slots__ = ("data", "origin", "path")

    def __init__(self, data: dict[str, Any], path: str, origin: str) -> None:
        self.data = data
        self.path = path
        self.origin = origin

    def fault(self, key: str, what: Message) -> InputError:
        where = f"{self.path}.{key}" if self.path and key else self.path or key
        return InputError(say("{origin}: {where}: {what}", origin=self.origin, where=where, what=what))

    def only(self, *known: str) -> _Table:
        for key in self.data:
            if key not in known:
                raise self.fault(key, say("unknown key; {nearest}", nearest=_nearest(key, known)))
        return self

    def _get(self, key: str, kind: type, word: Message, default: Any) -> Any:
        value = self.data.get(key, default)
        if value is None:
            raise self.fault(key, say("is missing"))
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.fault(key, say("must be {word}", word=word))
        return value

    def text(self, key: str, default: str | None = "") -> str:
        value: str = self._get(key, str, say("a text in quotes"), default)
        return value

    def number(self, key: str, default: int | None = 0) -> int:
        value: int = self._get(key, int, say("a whole number"), default)
        if not 0 <= value <= 2**31 - 1:
            raise self.fault(key, say("must be a number that is not negative"))
        return value

    def flag(self, key: str, *, default: bool | None = False) -> bool:
        value: bool = self._get(key, bool, say("true or false"), default)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        items = self._get(key, list, say("a list of texts"), [])
        if not all(isinstance(item, str) for item in items):
            raise self.fault(key, say("must be a list of texts"))
        return tuple(items)

    def numbers(self, key: str) -> tuple[int, ...]:
        items = self._get(key, list, say("a list of numbers"), [])
        if not all(type(item) is int for item in items):
            raise self.fault(key, say("must be a list of numbers"))
        return tuple(items)

    def word(self, key: str, kind: type[E], default: E | None = None) -> E:
        value = self.text(key, default)
        try:
            return kind(value)
        except ValueError:
            raise self.fault(
                key,
                say(
                    '"{value}" is not one of these; {nearest}',
                    value=value,
                    nearest=_nearest(value, tuple(kind)),
                ),
            ) from None

    def date(self, key: str, default: str | None = "") -> str:
        value = self.text(key, default)
        if (value or default is None) and not _DATE.fullmatch(value):
            raise self.fault(
                key, say('"{value}" is not a date; write 2026-11-21, 2026-11 or 2026', value=value)
            )
        return value

    def table(self, key: str) -> _Table:
        return _Table(self._get(key, dict, say("a table"), {}), self._below(key), self.origin)

    def tables(self, key: str) -> tuple[_Table, ...]:
        items = self._get(key, list, say("a list of tables"), [])
        if not all(isinstance(item, dict) for item in items):
            raise self.fault(key, say("must be a list of tables"))
        return tuple(
            _Table(item, f"{self._below(key)}[{i}]", self.origin) for i, item in enumerate(items, start=1)
        )

    def _below(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def _nearest(typed: str, known: tuple[str, ...]) -> Message:
    close = nearest(typed, known)
    return (
        say("did you mean {near}?", near=close[0])
        if close
        else say("known are {known}", known=", ".join(sorted(known)))
    )


def _profile(t: _Table, origin: str) -> Profile:
    t.only(
        "id", "name", "kind", "receives", "sends", "custom_domain", "former_names", "domains", "confidence",
        "checked_on", "observed", "mx_rule", "dmarc_recommended", "clients_note", "notes", "status", "parameters",
        "mx", "mx_alternatives", "spf", "dkim", "verification", "extras", "clients", "detect", "admin", "documents",
        "sources", "disagreements", "weak",
    )  # fmt: skip
    profile = Profile(
        id=_id(t),
        name=t.text("name", None),
        kind=t.word("kind", Kind),
        status=_status(t.table("status")),
        receives=t.flag("receives", default=None),
        sends=t.flag("sends", default=None),
        confidence=t.word("confidence", Confidence),
        checked_on=t.date("checked_on", None),
        former_names=t.texts("former_names"),
        custom_domain=t.flag("custom_domain", default=True),
        parameters=tuple(_parameter(x) for x in t.tables("parameters")),
        mx=tuple(_record(x, "mx", "MX") for x in t.tables("mx")),
        mx_alternatives=tuple(_mx_set(x) for x in t.tables("mx_alternatives")),
        mx_rule=t.text("mx_rule"),
        spf=_spf(t.table("spf")) if "spf" in t.data else None,
        dkim=_dkim(t.table("dkim")),
        dmarc_recommended=t.text("dmarc_recommended"),
        verification=tuple(_record(x, "verification") for x in t.tables("verification")),
        extras=tuple(_record(x, "client") for x in t.tables("extras")),
        clients=tuple(_client(x) for x in t.tables("clients")),
        clients_note=t.text("clients_note"),
        detect=_detect(t.table("detect")),
        domains=t.texts("domains"),
        admin=_admin(t.table("admin")),
        documents=_texts_by_name(t.table("documents")),
        sources=_sources(t.table("sources")),
        disagreements=tuple(_disagreement(x) for x in t.tables("disagreements")),
        weak=tuple(_weak(x) for x in t.tables("weak")),
        notes=t.texts("notes"),
        observed=t.number("observed") if "observed" in t.data else None,
        origin=origin,
    )
    _only_declared(profile, t)
    return profile


def _id(t: _Table) -> str:
    value = t.text("id", None)
    if not _ID.fullmatch(value):
        raise t.fault(
            "id",
            say('"{value}" may hold only lower-case letters, digits and single dashes inside', value=value),
        )
    return value


def _status(t: _Table) -> ProfileStatus:
    t.only("state", "note", "ends_on", "what_to_do", "successor")
    return ProfileStatus(
        t.word("state", State), t.text("note"), t.date("ends_on"), t.text("what_to_do"), t.text("successor")
    )


def _parameter(t: _Table) -> Parameter:
    t.only(
        "name", "required", "where", "example", "pattern", "kind", "default", "prefix", "choices", "decided_by",
        "note", "strict", "secret",
    )  # fmt: skip
    kind = t.text("kind", "text")
    if kind not in _KINDS:
        raise t.fault(
            "kind",
            say('"{kind}" is not one of these; {nearest}', kind=kind, nearest=_nearest(kind, tuple(_KINDS))),
        )
    name = t.text("name", None)
    if not PLACEHOLDER.fullmatch("{" + name + "}") or name in BUILT_IN:
        raise t.fault(
            "name",
            say('"{name}" may hold only lower-case letters, digits and _, and not be a built-in', name=name),
        )
    return Parameter(
        name=name,
        required=t.text("required", "always"),
        where=t.text("where", None),
        example=t.text("example"),
        pattern=t.text("pattern"),
        kind=kind,
        default=t.text("default"),
        prefix=t.text("prefix"),
        choices=tuple(_choice(x) for x in t.tables("choices")),
        decided_by=t.text("decided_by"),
        note=t.text("note"),
        strict=t.flag("strict", default=True),
        secret=t.flag("secret"),
    )


def _choice(t: _Table) -> Choice:
    t.only("value", "label", "sets", "note")
    return Choice(t.text("value", None), t.text("label"), _texts_by_name(t.table("sets")), t.text("note"))


def _record(t: _Table, purpose: str, rdtype: str = "") -> RecordTemplate:
    t.only(*_RECORD_KEYS)
    rdtype = t.text("type", rdtype or None)
    if rdtype not in _VALUE_KEY:
        raise t.fault(
            "type",
            say('"{rdtype}" is not one of {value_key}', rdtype=rdtype, value_key=", ".join(_VALUE_KEY)),
        )
    value_key = _VALUE_KEY[rdtype]
    for key in ("exchange", "target", "text", "address"):
        if key in t.data and key != value_key:
            raise t.fault(
                key,
                say(
                    "a record of type {rdtype} has {value_key}, not {key}",
                    rdtype=rdtype,
                    value_key=value_key,
                    key=key,
                ),
            )
    value = t.text(value_key, None)
    purpose = t.text("purpose", purpose)
    if purpose not in _PURPOSES:
        raise t.fault(
            "purpose",
            say(
                '"{purpose}" is not one of these; {nearest}',
                purpose=purpose,
                nearest=_nearest(purpose, _PURPOSES),
            ),
        )
    preference = t.data.get("preference", t.data.get("priority", ""))
    if rdtype == "MX" and preference == "":
        raise t.fault("preference", say("is missing"))
    if isinstance(preference, bool) or not isinstance(preference, int | str):
        raise t.fault("preference", say('must be a whole number or a "{parameter}"'))
    return RecordTemplate(
        host=t.text("host", "@").lower(),
        rdtype=rdtype,
        value=value if rdtype == "TXT" else value.lower(),
        preference=str(preference),
        weight=t.number("weight"),
        port=t.number("port", None if rdtype == "SRV" else 0),
        ttl=t.number("ttl") if "ttl" in t.data else None,
        necessity=t.word("necessity", Necessity, Necessity.REQUIRED),
        purpose=purpose,
        name=t.text("name"),
        note=t.text("note"),
        accept=t.texts("accept"),
    )


def _mx_set(t: _Table) -> MxSet:
    t.only("name", "records", "patterns", "obsolete", "note")
    if not t.data.get("records") and not t.data.get("patterns"):
        raise t.fault("records", say("is missing; give records or patterns"))
    return MxSet(
        t.text("name", None),
        tuple(_record(x, "mx", "MX") for x in t.tables("records")),
        t.texts("patterns"),
        t.flag("obsolete"),
        t.text("note"),
    )


def _spf(t: _Table) -> SpfTemplate:
    t.only(
        "mechanisms", "qualifier", "redirect", "accepted", "legacy", "host", "necessity", "note", "observed"
    )
    qualifier = t.text("qualifier")
    if qualifier not in ("", "-all", "~all", "?all", "+all"):
        raise t.fault("qualifier", say('"{qualifier}" is not one of -all, ~all, ?all', qualifier=qualifier))
    return SpfTemplate(
        mechanisms=t.texts("mechanisms"),
        qualifier=qualifier,
        redirect=t.text("redirect"),
        accepted=t.texts("accepted"),
        legacy=t.texts("legacy"),
        host=t.text("host", "@"),
        necessity=t.word("necessity", Necessity, Necessity.REQUIRED),
        note=t.text("note"),
        observed=t.text("observed"),
    )


def _dkim(t: _Table) -> DkimTemplate:
    t.only("records", "selectors", "selector_patterns", "key_bits", "note")
    return DkimTemplate(
        tuple(_record(x, "dkim") for x in t.tables("records")),
        t.texts("selectors"),
        t.texts("selector_patterns"),
        t.numbers("key_bits"),
        t.text("note"),
    )


def _client(t: _Table) -> Client:
    t.only("protocol", "host", "port", "security", "note")
    port = t.number("port") if "port" in t.data else None
    return Client(t.text("protocol", None), t.text("host", None), port, t.text("security"), t.text("note"))


def _detect(t: _Table) -> DetectPatterns:
    t.only(
        "mx", "mx_verification_only", "spf", "spf_patterns", "txt_prefix", "cname", "dkim", "srv", "ns", "mx_needs",
        "mx_alone", "instead_of", "shares_mx_with", "weak", "examples", "note",
    )  # fmt: skip
    cname = t.table("cname")
    for kind in t.texts("mx_needs"):
        if kind not in ("spf", "cname"):
            raise t.fault("mx_needs", say('"{kind}" is not one of spf, cname', kind=kind))
    alone = t.text("mx_alone", "hint")
    if alone not in ("hint", "nothing"):
        raise t.fault("mx_alone", say('"{alone}" is not one of hint, nothing', alone=alone))
    return DetectPatterns(
        mx=t.texts("mx"),
        mx_verification_only=t.texts("mx_verification_only"),
        spf=t.texts("spf"),
        spf_patterns=t.texts("spf_patterns"),
        txt_prefix=t.texts("txt_prefix"),
        cname={label: cname.texts(label) for label in cname.data},
        dkim=t.texts("dkim"),
        srv=t.texts("srv"),
        ns=t.texts("ns"),
        mx_needs=t.texts("mx_needs"),
        mx_alone=alone,
        instead_of=t.texts("instead_of"),
        shares_mx_with=t.texts("shares_mx_with"),
        weak=t.flag("weak"),
        examples=t.texts("examples"),
        note=t.text("note"),
    )


def _admin(t: _Table) -> AdminSteps:
    t.only("basis", "steps")
    return AdminSteps(t.texts("steps"), t.text("basis", "none"))


def _texts_by_name(t: _Table) -> Mapping[str, str]:
    return {name: t.text(name) for name in t.data}


def _sources(t: _Table) -> Mapping[str, tuple[Source, ...]]:
    return {field: tuple(_source(x) for x in t.tables(field)) for field in t.data}


def _source(t: _Table) -> Source:
    t.only("name", "date", "detail", "url", "trust", "count")
    count = t.number("count") if "count" in t.data else None
    return Source(
        t.text("name", None), t.date("date", None), t.text("detail"), t.text("url"), t.text("trust"), count
    )


def _disagreement(t: _Table) -> Disagreement:
    t.only("field", "values", "resolution")
    return Disagreement(t.text("field", None), t.texts("values"), t.text("resolution"))


def _weak(t: _Table) -> Weak:
    t.only("field", "why")
    return Weak(t.text("field", None), t.text("why", None))


def placeholders(profile: Profile) -> dict[str, str]:
    """Every placeholder a profile uses, each with the key of the first template that holds it."""
    found: dict[str, str] = {}
    for key, text in _templates(profile):
        for name in PLACEHOLDER.findall(text):
            found.setdefault(name, key)
    return found


def _templates(profile: Profile) -> list[tuple[str, str]]:
    alternatives = tuple(record for mx_set in profile.mx_alternatives for record in mx_set.records)
    records = (
        ("mx", profile.mx),
        ("mx_alternatives", alternatives),
        ("dkim.records", profile.dkim.records),
        ("verification", profile.verification),
        ("extras", profile.extras),
    )
    texts = [(key, f"{r.host} {r.value} {r.preference}") for key, group in records for r in group]
    if profile.spf:
        spf = profile.spf
        texts.append(("spf", " ".join((*spf.mechanisms, *spf.accepted, *spf.legacy, spf.redirect, spf.host))))
    texts.extend(("clients", client.host) for client in profile.clients)
    return texts


def _only_declared(profile: Profile, t: _Table) -> None:
    declared = tuple(p.name for p in profile.parameters)
    for name, key in placeholders(profile).items():
        if name not in declared and name not in BUILT_IN:
            raise t.fault(
                key,
                say(
                    "{{{name}}} is not declared under parameters; {nearest}",
                    name=name,
                    nearest=_nearest(name, (*declared, *BUILT_IN)),
                ),
            )
    for parameter in profile.parameters:
        decided = [name for choice in parameter.choices for name in choice.sets]
        for name in [parameter.decided_by, *decided]:
            if name and name not in declared:
                raise t.fault(
                    "parameters",
                    say('"{name}" is not declared; {nearest}', name=name, nearest=_nearest(name, declared)),
                )
