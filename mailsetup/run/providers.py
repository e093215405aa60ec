"""Profiles in words and as data: the list, one of them whole, and what is shaky about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from mailsetup.forms.encoder import pretty
from mailsetup.model.errors import UsageError
from mailsetup.model.language import translated
from mailsetup.model.lines import folded, row
from mailsetup.model.message import phrase, say
from mailsetup.model.names import printable
from mailsetup.model.profile import Kind, Parameter, Profile, RecordTemplate, Source, State
from mailsetup.profiles import diagnose, load, load_all

LIST_SCHEMA = "mailsetup/providers/1"
SHOW_SCHEMA = "mailsetup/provider/1"
DOCTOR_SCHEMA = "mailsetup/providers-doctor/1"
NAMES_AT = 31  # column

_HEADINGS = {
    Kind.MAILBOX: phrase("Mailbox providers"),
    Kind.FORWARDING: phrase("Forwarding"),
    Kind.GATEWAY: phrase("Gateways"),
    Kind.SENDER: phrase("Sending services"),
    Kind.FREE_MAILBOX: phrase("Free mailboxes (recognised, no domains of your own)"),
    Kind.DETECT_ONLY: phrase("Recognised only"),
}
_STATES = (
    phrase("active"),
    phrase("renamed"),
    phrase("self-hosted"),
    phrase("closing"),
    phrase("closed"),
    phrase("uncertain"),
)
_CONFIDENCES = (phrase("high"), phrase("medium"), phrase("low"))
_NEEDS = (phrase("recommended"), phrase("optional"), phrase("obsolete"))
_COMPLAINTS = (
    phrase("stale"),
    phrase("old-source"),
    phrase("unsourced"),
    phrase("conflict"),
    phrase("pattern"),
    phrase("asked"),
    phrase("weak"),
    phrase("disagreement"),
    phrase("ending"),
)
"""The words of a profile's values, shown by `translated`."""


def chosen(kind: str) -> list[Profile]:
    """The profiles of a kind, or all, by id."""
    known = [k.value for k in Kind]
    if kind and kind not in known:
        raise UsageError(
            say('--kind "{kind}" does not exist; there are {known}', kind=kind[:40], known=", ".join(known))
        )
    return sorted((p for p in load_all().values() if not kind or p.kind.value == kind), key=lambda p: p.id)


def listing_json(kind: str) -> str:
    """Every profile, the few facts one chooses by."""
    entries = [
        {
            "id": p.id,
            "name": p.name,
            "status": p.status.state.value,
            "kind": p.kind.value,
            "receives": p.receives,
            "sends": p.sends,
            "plannable": p.plannable,
            "confidence": p.confidence.value,
            "checked_on": p.checked_on,
            "former_names": list(p.former_names),
        }
        for p in chosen(kind)
    ]
    return pretty({"schema": LIST_SCHEMA, "providers": entries}) + "\n"


def listing_text(kind: str, *, brief: bool = False) -> str:
    """Every profile, a line each, by kind; the ids alone when brief."""
    profiles = chosen(kind)
    if brief:
        return "".join(f"{p.id}\n" for p in profiles)
    lines: list[str] = []
    for each, heading in _HEADINGS.items():
        group = [p for p in profiles if p.kind is each]
        if group:
            lines += (
                ["", *_fold(f"{translated(heading)} ({len(group)})", "")]
                if lines
                else _fold(f"{translated(heading)} ({len(group)})", "")
            )
            lines += [line for p in group for line in row(f"  {p.id}", f"{p.name}{_state(p)}", NAMES_AT)]
    return "\n".join(lines) + "\n"


def _state(profile: Profile) -> str:
    status = profile.status
    remarks = []
    if status.state is State.CLOSING:
        remarks.append(
            str(say("ends {day}", day=status.ends_on)) if status.ends_on else translated("closing")
        )
    elif status.state in (State.CLOSED, State.UNCERTAIN, State.RENAMED):
        remarks.append(translated(status.state.value))
    if profile.confidence.value == "low":
        remarks.append(translated(phrase("weak sources")))
    return f"  [{', '.join(remarks)}]" if remarks else ""


def show_json(profile_id: str) -> str:
    """One profile whole."""
    p = load(profile_id)
    return pretty({"schema": SHOW_SCHEMA, **_document(p)}) + "\n"


def _document(p: Profile) -> dict[str, Any]:
    return {
        "id": p.id,
        "name": p.name,
        "kind": p.kind.value,
        "status": {
            "state": p.status.state.value,
            "note": translated(p.status.note),
            "ends_on": p.status.ends_on,
            "what_to_do": translated(p.status.what_to_do),
            "successor": p.status.successor,
        },
        "former_names": list(p.former_names),
        "receives": p.receives,
        "sends": p.sends,
        "plannable": p.plannable,
        "confidence": p.confidence.value,
        "checked_on": p.checked_on,
        "parameters": [_parameter(x) for x in p.parameters],
        "mx": [_record(r) for r in p.mx],
        "mx_alternatives": [
            {"name": translated(s.name), "obsolete": s.obsolete, "records": [_record(r) for r in s.records]}
            for s in p.mx_alternatives
        ],
        "spf": None
        if p.spf is None
        else {
            "mechanisms": list(p.spf.mechanisms),
            "all": p.spf.qualifier,
            "redirect": p.spf.redirect,
            "accepted": list(p.spf.accepted),
            "note": translated(p.spf.note),
        },
        "dkim": [_record(r) for r in p.dkim.records],
        "dkim_selectors": list(p.dkim.selectors),
        "verification": [_record(r) for r in p.verification],
        "extras": [_record(r) for r in p.extras],
        "clients": [
            {"protocol": c.protocol, "host": c.host, "port": c.port, "security": c.security}
            for c in p.clients
        ],
        "admin_steps": {"steps": list(map(translated, p.admin.steps)), "basis": p.admin.basis},
        "documents": dict(p.documents),
        "sources": {key: [_source(s) for s in several] for key, several in p.sources.items()},
        "disagreements": [
            {
                "field": d.field,
                "values": list(map(translated, d.values)),
                "resolution": translated(d.resolution),
            }
            for d in p.disagreements
        ],
        "weak": [{"field": w.field, "why": translated(w.why)} for w in p.weak],
        "notes": list(map(translated, p.notes)),
    }


def _parameter(x: Parameter) -> dict[str, Any]:
    return {
        "name": x.name,
        "required": x.required == "always",
        "required_for": x.required,
        "example": x.example,
        "where": translated(x.where),
        "default": x.default,
        "choices": [{"value": c.value, "label": c.label} for c in x.choices],
        "note": translated(x.note),
    }


def _record(r: RecordTemplate) -> dict[str, Any]:
    return {
        "host": r.host,
        "type": r.rdtype,
        "value": r.value,
        "preference": r.preference,
        "necessity": r.necessity.value,
        "purpose": r.purpose,
        "note": translated(r.note),
    }


def _source(s: Source) -> dict[str, Any]:
    return {
        "name": s.name,
        "date": s.date,
        "detail": translated(s.detail),
        "url": s.url,
        "trust": s.trust,
        "count": s.count,
    }


def show_text(profile_id: str, *, brief: bool = False) -> str:
    """One profile in words; without what its facts rest on when brief."""
    profile = load(profile_id)
    basis = () if brief else _basis(profile)
    return "\n".join((*_show(profile), *basis)) + "\n"


def _show(p: Profile) -> Iterator[str]:
    yield from _fold(f"{p.name} ({p.id}), {translated(p.kind.value)}", "")
    if p.former_names:
        yield from _fold(str(say("formerly {names}", names=", ".join(p.former_names))), "  ")
    told = say(
        "status {state}; facts checked {day}, confidence {confidence}",
        state=translated(p.status.state.value),
        day=p.checked_on,
        confidence=translated(p.confidence.value),
    )
    yield from _fold(str(told), "  ")
    for text in (p.status.note, p.status.what_to_do):
        yield from _fold(translated(text), "  ")
    yield from _section(translated("Only you can tell"), [_asked(x) for x in p.parameters])
    yield from _section("MX", [translated(p.mx_rule)], records=[_line(r) for r in p.mx])
    for alternative in p.mx_alternatives:
        yield from _fold(str(say("also right: {name}", name=translated(alternative.name))), "  ")
        yield from (f"    {_line(r)}" for r in alternative.records)
    if p.spf is not None:
        terms = " ".join((*p.spf.mechanisms, p.spf.qualifier)).strip()
        extra = (
            [str(say("alone it asks for redirect={target}", target=p.spf.redirect))] if p.spf.redirect else []
        )
        yield from _section(
            translated("SPF (merged into the one record)"),
            [*extra, translated(p.spf.note)],
            records=[terms],
        )
    yield from _section("DKIM", [translated(p.dkim.note)], records=[_line(r) for r in p.dkim.records])
    yield from _section(translated("Proof of ownership"), (), records=[_line(r) for r in p.verification])
    yield from _section(translated("Also"), (), records=[_line(r) for r in p.extras])
    programs = [
        f"{c.protocol} {c.host}{f':{c.port}' if c.port else ''} {c.security}".rstrip() for c in p.clients
    ]
    yield from _section(translated("Mail programs"), (), records=programs)
    steps = [f"{n}. {translated(step)}" for n, step in enumerate(p.admin.steps, 1)]
    known = p.admin.basis == "documented"
    heading = (
        say("In the provider's console")
        if known
        else say("In the provider's console (common knowledge of the console; names may differ)")
    )
    yield from _section(str(heading), steps)


def _basis(p: Profile) -> Iterator[str]:
    yield from _section(
        translated("Weak facts"), [f"{translated(w.field)}: {translated(w.why)}" for w in p.weak]
    )
    yield from _section(
        translated("Sources disagree"),
        [
            f"{translated(d.field)}: {' / '.join(map(translated, d.values))}. {translated(d.resolution)}"
            for d in p.disagreements
        ],
    )
    yield from _section(translated("Sources"), list(_sources(p)))
    yield from _section(translated("Pages"), [f"{name}: {url}" for name, url in p.documents.items()])


def _asked(x: Parameter) -> str:
    choices = f" ({', '.join(c.value for c in x.choices)})" if x.choices else ""
    need = (
        ""
        if x.required == "always"
        else f" [{translated(x.required)}]"
        if x.required != "never"
        else f" [{translated('optional')}]"
    )
    example = f" {say('Looks like {example}', example=x.example)}" if x.example else ""
    return f"{x.name}{choices}{need}: {translated(x.where)}{example}"


def _line(r: RecordTemplate) -> str:
    preference = f"{r.preference} " if r.preference else ""
    need = "" if r.necessity.value == "required" else f"  [{translated(r.necessity.value)}]"
    return f"{r.host} {r.rdtype} {preference}{r.value}{need}"


PUBLIC_ZONES = phrase("public zone files")
"""A source that is no page: what domains publish."""


def _sources(p: Profile) -> Iterator[str]:
    for key, several in p.sources.items():
        for s in several:
            count = f", {say('{n} {n:domains|domains}', n=s.count)}" if s.count else ""
            yield f"{key}: {translated(s.name)}, {s.date}{count}"


def _section(heading: str, lines: Iterable[str], *, records: Iterable[str] = ()) -> Iterator[str]:
    """A heading and what stands below it: records, which stay whole, then prose."""
    shown = [line for line in lines if line]
    whole = [f"  {printable(record)}" for record in records if record]
    if shown or whole:
        yield from _fold(heading, "")
        yield from whole
        for line in shown:
            yield from _fold(line, "  ")


def _fold(text: str, indent: str) -> list[str]:
    return folded(text, indent, indent + "  ")


def _diagnosis() -> Any:
    return diagnose(load_all().values(), datetime.now(UTC).date().isoformat())


def doctor_json() -> str:
    """What is shaky, as data."""
    found = _diagnosis()
    return (
        pretty(
            {
                "schema": DOCTOR_SCHEMA,
                "today": found.today,
                "profiles": found.profiles,
                "counts": dict(found.counts),
                "complaints": [
                    {"id": c.profile_id, "kind": c.kind, "field": c.field, "message": str(c.message)}
                    for c in found.complaints
                ],
            }
        )
        + "\n"
    )


def doctor_text(*, brief: bool = False) -> str:
    """What is shaky, by kind; the numbers alone when brief."""
    found = _diagnosis()
    lines = [str(say("{n} {n:profiles|profiles} looked at on {day}", n=found.profiles, day=found.today))]
    for kind, count in found.counts.items():
        if brief:
            lines.append(f"  {translated(kind)} ({count})")
            continue
        lines += ["", f"{translated(kind)} ({count})"]
        for complaint in found.of(kind):
            lines += _fold(f"{complaint.profile_id} {complaint.field}: {complaint.message}", "  ")
    return "\n".join(lines) + "\n"
