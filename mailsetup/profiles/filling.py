"""
A profile's templates filled for one domain.

A value that nobody gave is listed as waiting, with where to find it; nothing is worked out in
its place. A value that was pasted with quotes, a record's name or a missing prefix is put right;
one that cannot be right is a `UsageError` naming the parameter, an example and where to look.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from mailsetup.model.dns import MX, SRV, TXT, Rdata
from mailsetup.model.errors import UsageError
from mailsetup.model.message import Message, say
from mailsetup.model.names import LABEL_LIMIT, NAME_LIMIT, printable
from mailsetup.model.nearest import nearest
from mailsetup.model.profile import (
    Choice,
    Client,
    Necessity,
    Parameter,
    Profile,
    RecordTemplate,
    Resolved,
    ResolvedRecord,
    ResolvedSpf,
    SpfTemplate,
    State,
    Waiting,
)
from mailsetup.profiles.dkim_paste import read_key
from mailsetup.profiles.reading import PLACEHOLDER

VALUE_LIMIT = 4096
"""A pasted value longer than this is refused (DKIM keys have a limit of their own)."""

_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")


def resolve(profile: Profile, domain: str, parameters: Mapping[str, str] | None = None) -> Resolved:
    """
    The records of a profile for ``domain`` (A-labels, no trailing dot), from what the tenant gave.

    Obsolete records are left out. Raises `UsageError` for a parameter that does not exist or a
    value that cannot be right.
    """
    filling = _Filling(profile, domain, parameters or {})
    records = {
        "mx": filling.records(profile.mx),
        "dkim": filling.records(profile.dkim.records),
        "verification": filling.records(profile.verification),
        "extras": filling.records(profile.extras),
    }
    spf = filling.spf(profile.spf) if profile.spf else None
    return Resolved(
        profile=profile,
        domain=domain,
        values=dict(filling.values),
        mx_alternatives=tuple(
            filling.records(mx_set.records) for mx_set in profile.mx_alternatives if mx_set.records
        ),
        mx_patterns=(*profile.detect.mx, *(p for s in profile.mx_alternatives for p in s.patterns)),
        spf=spf,
        clients=filling.clients(),
        waiting=filling.waiting((r for group in records.values() for r in group), spf),
        warnings=(*_status_warnings(profile), *filling.warnings),
        mx=records["mx"],
        dkim=records["dkim"],
        verification=records["verification"],
        extras=records["extras"],
    )


class _Filling:
    """The values for one profile and domain, and the filling of its templates with them."""

    def __init__(self, profile: Profile, domain: str, given: Mapping[str, str]) -> None:
        self.profile = profile
        self.domain = domain
        self.values: dict[str, str] = {}
        self.whole: dict[str, str] = {}  # key records that were pasted whole, by parameter
        self.warnings: list[Message] = []
        self.deciders: dict[str, str] = {}
        _only_known(profile, given)
        for parameter in profile.parameters:
            self._take(parameter, given.get(parameter.name, ""))
        self._decide()
        self.builtin = {"domain": domain, "domain_dashes": domain.replace(".", "-")}

    def _take(self, parameter: Parameter, typed: str) -> None:
        if typed.strip():
            self.values[parameter.name] = self._normal(parameter, typed)
        elif parameter.default:
            self.values[parameter.name] = parameter.default

    def _decide(self) -> None:
        """A choice sets the parameters it decides; what was given by itself stands."""
        for parameter in self.profile.parameters:
            chosen = _chosen(parameter, self.values.get(parameter.name, ""))
            if chosen:
                for name, value in chosen.sets.items():
                    self.values.setdefault(name, value)
            if parameter.decided_by and parameter.name not in self.values:
                decider = parameter.decided_by
                self.deciders[parameter.name] = parameter.name if decider in self.values else decider

    def _normal(self, parameter: Parameter, typed: str) -> str:
        if parameter.kind in ("dkim-key", "dkim-record"):
            pasted = read_key(typed, parameter.name)
            if parameter.kind == "dkim-record" or pasted.record or pasted.is_ed25519:
                self.whole[parameter.name] = pasted.whole
            return pasted.whole if parameter.kind == "dkim-record" else pasted.key
        if len(typed) > VALUE_LIMIT:
            raise UsageError(
                say(
                    "{parameter}: {count} characters are too many", parameter=parameter.name, count=len(typed)
                )
            )
        value = _NORMAL[parameter.kind](parameter, typed, self.domain)
        if parameter.choices:
            return _choice_value(parameter, value)
        if parameter.pattern and not re.search(parameter.pattern, value):
            if parameter.strict:
                raise _wrong(parameter, value)
            self.warnings.append(
                say(
                    '{name}: "{value}" does not look like the values seen so far, such as {example}; check it',
                    name=parameter.name,
                    value=value[:80],
                    example=parameter.example,
                )
            )
        return value

    def fill(self, template: str) -> tuple[str, tuple[str, ...]]:
        """A template filled as far as values are known, and the parameters it waits for."""
        missing: dict[str, None] = {}

        def value(match: re.Match[str]) -> str:
            name = match[1]
            known = self.builtin.get(name) or self.values.get(name)
            if known is None:
                missing[self.deciders.get(name, name)] = None
                return match[0]
            return known

        return PLACEHOLDER.sub(value, template), tuple(missing)

    def records(self, templates: Iterable[RecordTemplate]) -> tuple[ResolvedRecord, ...]:
        return tuple(self.record(t) for t in templates if t.necessity is not Necessity.OBSOLETE)

    def record(self, template: RecordTemplate) -> ResolvedRecord:
        host, missing_host = self.fill(template.host)
        text, missing_value = self.fill(template.value)
        preference, missing_preference = self.fill(template.preference)
        for name in PLACEHOLDER.findall(template.value):
            text = self.whole.get(name, text)
        waiting = tuple(dict.fromkeys((*missing_host, *missing_value, *missing_preference)))
        return ResolvedRecord(
            owner=self.domain if host == "@" else f"{host}.{self.domain}",
            rdtype=template.rdtype,
            rdata=None if waiting else _rdata(template, text, preference),
            purpose=template.purpose,
            necessity=template.necessity,
            waiting_for=waiting,
            text=text,
            ttl=template.ttl,
            note=template.note,
            accept=template.accept,
        )

    def spf(self, template: SpfTemplate) -> ResolvedSpf:
        host, missing = self.fill(template.host)
        waiting = dict.fromkeys(missing)
        mechanisms = []
        for mechanism in template.mechanisms:
            text, lacking = self.fill(mechanism)
            waiting.update(dict.fromkeys(lacking))
            if not lacking:
                mechanisms.append(text)
        return ResolvedSpf(
            owner=self.domain if host == "@" else f"{host}.{self.domain}",
            mechanisms=tuple(mechanisms),
            qualifier=template.qualifier,
            redirect=self.fill(template.redirect)[0],
            accepted=self._known_only(template.accepted),
            legacy=self._known_only(template.legacy),
            necessity=template.necessity,
            waiting_for=tuple(waiting),
            note=template.note,
        )

    def _known_only(self, templates: tuple[str, ...]) -> tuple[str, ...]:
        filled = (self.fill(template) for template in templates)
        return tuple(text for text, missing in filled if not missing)

    def clients(self) -> tuple[Client, ...]:
        filled = ((client, *self.fill(client.host)) for client in self.profile.clients)
        return tuple(replace(client, host=host) for client, host, missing in filled if not missing)

    def waiting(self, records: Iterable[ResolvedRecord], spf: ResolvedSpf | None) -> tuple[Waiting, ...]:
        """What is missing for everything planned without being asked for, in the order of the profile."""
        planned = (Necessity.REQUIRED, Necessity.RECOMMENDED)
        names = {name for r in records if r.necessity in planned for name in r.waiting_for}
        if spf and spf.necessity in planned:
            names.update(spf.waiting_for)
        return tuple(
            Waiting(p.name, p.where, _examples(p), p.required, p.note)
            for p in self.profile.parameters
            if p.name in names
        )


def _only_known(profile: Profile, given: Mapping[str, str]) -> None:
    known = [p.name for p in profile.parameters]
    for name in given:
        if name not in known:
            close = nearest(name, known)
            if close:
                advice = say("did you mean {near}?", near=close[0])
            else:
                taken = ", ".join(known)
                advice = say("it takes {known}", known=taken) if known else say("it takes no parameters")
            raise UsageError(
                say(
                    '{profile} has no parameter "{name}"; {advice}',
                    profile=profile.id,
                    name=name[:60],
                    advice=advice,
                )
            )


def _chosen(parameter: Parameter, value: str) -> Choice | None:
    return next((choice for choice in parameter.choices if choice.value == value), None)


def _choice_value(parameter: Parameter, typed: str) -> str:
    wanted = typed.casefold().lstrip(".")
    for choice in parameter.choices:
        if wanted in (choice.value.casefold(), choice.label.casefold()):
            return choice.value
    raise _wrong(parameter, typed)


def _examples(parameter: Parameter) -> str:
    if parameter.choices:
        return " | ".join(choice.value for choice in parameter.choices)
    return parameter.example


def _wrong(parameter: Parameter, value: str) -> UsageError:
    shown = say("the value given") if parameter.secret else f'"{printable(value[:80])}"'
    examples = _examples(parameter)
    expected = say("; expected one of {examples}", examples=examples)
    if not parameter.choices:
        expected = say("; expected a value such as {examples}", examples=examples)
    like = expected if examples else ""
    return UsageError(
        say(
            "{parameter}: {shown} cannot be right{like}. Where to find it: {where}",
            parameter=parameter.name,
            shown=shown,
            like=like,
            where=Message(parameter.where),
        )
    )


def _line(typed: str) -> str:
    """A pasted text without surrounding quotes and line breaks; of a quoted record, what the quotes hold."""
    quoted = re.findall(r'"([^"]*)"', typed)
    return " ".join(("".join(quoted) if quoted else typed).split()).strip("'\u201c\u201d\u201e ")


def _text(parameter: Parameter, typed: str, domain: str) -> str:
    return _line(typed)


def _token(parameter: Parameter, typed: str, domain: str) -> str:
    value = _line(typed)
    prefix = parameter.prefix
    if not prefix:
        return value
    at = value.lower().find(prefix.strip().lower())
    if at < 0:
        return prefix + value
    rest = value[at + len(prefix.strip()) :].strip()
    return prefix + rest


def _host(parameter: Parameter, typed: str, domain: str) -> str:
    line = _line(typed).lower()
    of_record = re.search(r"(?:^|\s)(?:cname|mx(?:\s+[0-9]+)?)\s+(\S+)$", line)  # a whole record was pasted
    value = re.sub(r"^[a-z]+://", "", of_record[1] if of_record else line).rstrip("./")
    fits = len(value) <= NAME_LIMIT and all(0 < len(label) <= LABEL_LIMIT for label in value.split("."))
    if not fits or not _HOST.fullmatch(value):
        raise _wrong(parameter, value)
    return value


def _record_name(parameter: Parameter, typed: str, domain: str) -> str:
    """Relative to the domain, as panels want it, whether or not the domain was pasted with it."""
    first = (_line(typed).lower().split() or [""])[0].rstrip(".")
    return _host(parameter, first.removesuffix("." + domain), domain)


def _selector(parameter: Parameter, typed: str, domain: str) -> str:
    first = (_line(typed).lower().split() or [""])[0]
    return _host(parameter, first.partition("._domainkey")[0], domain)


def _address(parameter: Parameter, typed: str, domain: str) -> str:
    try:
        return str(ipaddress.ip_address(_line(typed)))
    except ValueError:
        raise _wrong(parameter, typed) from None


def _number(parameter: Parameter, typed: str, domain: str) -> str:
    value = _line(typed)
    if not re.fullmatch(r"[0-9]{1,5}", value) or int(value) > 65535:  # RFC 1035 section 3.3.9
        raise _wrong(parameter, value)
    return str(int(value))


_NORMAL = {
    "text": _text,
    "token": _token,
    "host": _host,
    "record-name": _record_name,
    "selector": _selector,
    "address": _address,
    "number": _number,
}


def _rdata(template: RecordTemplate, text: str, preference: str) -> Rdata:
    match template.rdtype:
        case "MX":
            return MX(int(preference), text)
        case "SRV":
            return SRV(int(preference or 0), template.weight, template.port, text)
        case "TXT":
            return TXT.of(text)
        case _:
            return text


def _status_warnings(profile: Profile) -> Iterable[Message]:
    status = profile.status
    if status.state is State.CLOSING:
        yield say(
            "{name} ends on {date}. {what}",
            name=profile.name,
            date=status.ends_on,
            what=Message(status.what_to_do),
        )
    elif status.state is State.CLOSED:
        yield say("{name} takes no new domains. {what}", name=profile.name, what=Message(status.what_to_do))
    elif not profile.custom_domain:
        yield say(
            "{name} does not take domains of one's own. {what}",
            name=profile.name,
            what=Message(status.what_to_do),
        )
    elif status.state is State.UNCERTAIN:
        yield say(
            "{name}: it is not known whether it still runs. {note}",
            name=profile.name,
            note=Message(status.note),
        )
