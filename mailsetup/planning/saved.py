"""
A plan as a JSON document and back, without loss (schema ``mailsetup/plan/1``).

Records stand in presentation form, TXT as one joined quoted string; ``chunks`` beside them gives, for each
of ``before``, ``after`` and ``needed``, the lengths of the character-strings where a record has more than
one. Messages stand as plain sentences; ``messages`` maps each sentence to the template and values it was
made of.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from mailsetup.model.dns import TXT, Rdata, present
from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.message import Message, say
from mailsetup.model.plan import Action, Phase, Plan, RecordChange, SpfProof
from mailsetup.model.reader_faults import reader_fault

from .address_sets import IPV4, IPV6, AddressSet
from .phases import iso, moment
from .rdata_text import rdata

SCHEMA = "mailsetup/plan/1"
DEPTH_LIMIT = 8  # messages inside messages
SETS = ("lost", "kept", "added", "later")
NUMBER_LIMIT = 2**31 - 1  # seconds of a TTL, RFC 2181 section 8


def document(plan: Plan, predicted: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The document of a plan; ``predicted`` is the report's own document, made by the forms."""
    messages: dict[str, Any] = {}
    return {
        "schema": SCHEMA,
        "domain": plan.domain,
        "as_of": plan.as_of,
        "providers": list(plan.providers),
        "parked": plan.parked,
        "dns_host": plan.dns_host,
        "changes": [_change(c, messages) for c in plan.changes],
        "spf_proof": _proof(plan.spf_proof, messages),
        "phases": [_phase(p, messages) for p in plan.phases],
        "predicted": dict(predicted) if predicted is not None else None,
        "notes": _said(plan.notes, messages),
        "hosted_files": dict(plan.hosted_files) if plan.hosted_files else {},
        "options": dict(plan.options) if plan.options else {},
        "messages": messages,
    }


def _text(message: Message, messages: dict[str, Any]) -> str:
    text = str(message)
    if message.values or text != message.template:
        messages[text] = _template(message)
    return text


def _template(message: Message) -> dict[str, Any]:
    values = {k: _template(v) if isinstance(v, Message) else _plain(v) for k, v in message.values.items()}
    return {"template": message.template, "values": values}


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _said(all_of: Iterable[Message], messages: dict[str, Any]) -> list[str]:
    return [_text(message, messages) for message in all_of]


def _change(change: RecordChange, messages: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {
        "action": change.action.value,
        "owner": change.owner,
        "rdtype": change.rdtype,
        "ttl": change.ttl,
        "before": [present(r, change.rdtype) for r in change.before],
        "after": [present(r, change.rdtype) for r in change.after],
        "reason": _text(change.reason, messages),
        "phase": change.phase,
        "ttl_before": change.ttl_before,
        "purpose": change.purpose,
        "waiting_for": list(change.waiting_for),
        "needed": None if change.needed is None else [present(r, change.rdtype) for r in change.needed],
    }
    sides = {"before": change.before, "after": change.after, "needed": change.needed or ()}
    cut = {side: chunks for side, records in sides.items() if (chunks := _chunks(records))}
    return {**out, "chunks": cut} if cut else out


def _chunks(records: Iterable[Rdata]) -> list[list[int]] | None:
    """The lengths of the strings of each TXT record, when any has more than one."""
    texts = [r for r in records if isinstance(r, TXT)]
    if all(len(r.chunks) == 1 for r in texts):
        return None
    return [[len(chunk) for chunk in r.chunks] for r in texts]


def _phase(phase: Phase, messages: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": phase.number,
        "id": phase.id,
        "title": _text(phase.title, messages),
        "earliest": phase.earliest,
        "earliest_local": phase.earliest_local,
        "why_then": _text(phase.why_then, messages),
        "closes_when": _text(phase.closes_when, messages),
        "wait_seconds": phase.wait_seconds,
        "blocked_by": _said(phase.blocked_by, messages),
    }


def _proof(proof: SpfProof | None, messages: dict[str, Any]) -> dict[str, Any] | None:
    if proof is None:
        return None
    out: dict[str, Any] = {name: getattr(proof, name) for name in proof.__slots__}
    for name in SETS:
        out[name] = {result: list(ranges) for result, ranges in out[name].items()}
    out["advice"] = _said(proof.advice, messages)
    return {k: list(v) if isinstance(v, tuple) else v for k, v in out.items()}


def dumps(plan: Plan, predicted: Mapping[str, Any] | None = None) -> str:
    """The document as text."""
    return json.dumps(document(plan, predicted), indent=2, ensure_ascii=False) + "\n"


def loads(text: str, origin: str = "plan.json") -> Plan:
    """A plan from its text. Raises `InputError` naming the file and what is wrong in it."""
    try:
        data = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as fault:
        raise InputError(
            say("{origin}: not a saved plan: {fault}", origin=origin, fault=reader_fault(fault))
        ) from None
    return parse(data, origin)


def parse(data: object, origin: str = "plan.json") -> Plan:
    """A plan from its document; ``predicted`` is left out, it can be made again."""
    if not isinstance(data, dict) or not str(data.get("schema", "")).startswith("mailsetup/plan/"):
        raise InputError(
            say("{origin}: not a saved plan; make one with mailsetup plan --output plan.json", origin=origin)
        )
    if data["schema"] != SCHEMA:
        raise InputError(
            say(
                '{origin}: schema "{data}" is not known to this version, which reads {schema}',
                origin=origin,
                data=data["schema"],
                schema=SCHEMA,
            )
        )
    try:
        return _plan(data)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, UsageError) as fault:
        raise InputError(
            say("{origin}: the saved plan cannot be read: {what}", origin=origin, what=_what(fault))
        ) from None


def _what(fault: Exception) -> object:
    """A fault in words of ours: those it was raised with, else that something is of another kind."""
    said = fault.args[0] if fault.args else ""
    if isinstance(fault, KeyError):
        return say("{key} is missing", key=str(fault))
    if isinstance(fault, UsageError) or isinstance(said, Message):
        return fault
    return say("a value is not of the kind it should be; save the plan again")


def _plan(data: dict[str, Any]) -> Plan:
    known = {text: _message(entry) for text, entry in data.get("messages", {}).items()}

    def said(text: str) -> Message:
        return known.get(text) or Message(str(text))

    return Plan(
        domain=str(data["domain"]),
        as_of=str(data["as_of"]),
        providers=tuple(map(str, data["providers"])),
        changes=tuple(_read_change(c, said) for c in data["changes"]),
        phases=tuple(_read_phase(p, said) for p in data["phases"]),
        spf_proof=_read_proof(data.get("spf_proof"), said),
        notes=tuple(map(said, data["notes"])),
        dns_host=str(data.get("dns_host", "")),
        hosted_files=dict(data["hosted_files"]) if data.get("hosted_files") else None,
        options=dict(data["options"]) if data.get("options") else None,
        parked=bool(data.get("parked", False)),
    )


def _message(entry: dict[str, Any], depth: int = 0) -> Message:
    if depth > DEPTH_LIMIT:
        raise ValueError(say("messages are nested too deeply"))
    values = {
        str(k): _message(v, depth + 1) if isinstance(v, dict) else v
        for k, v in entry.get("values", {}).items()
    }
    return Message(str(entry["template"]), values)


def _number(value: Any) -> int:
    """A number of a phase, or of seconds."""
    if type(value) is not int or not 0 <= value <= NUMBER_LIMIT:
        raise ValueError(
            say("{value} is not a number from 0 to {limit}", value=str(value)[:20], limit=NUMBER_LIMIT)
        )
    return value


def _time(value: Any) -> str | None:
    """A time in UTC, as it is compared with others."""
    return None if value is None else iso(moment(str(value)))


def _read_change(entry: dict[str, Any], said: Any) -> RecordChange:
    rdtype = str(entry["rdtype"])

    def records(side: str) -> tuple[Rdata, ...]:
        texts = entry[side] or ()
        cut = entry.get("chunks", {}).get(side) or [None] * len(texts)
        return tuple(rdata(str(t), rdtype, c) for t, c in zip(texts, cut, strict=True))

    return RecordChange(
        action=Action(entry["action"]),
        owner=str(entry["owner"]),
        rdtype=rdtype,
        ttl=_number(entry["ttl"]),
        before=records("before"),
        after=records("after"),
        reason=said(entry["reason"]),
        phase=_number(entry["phase"]),
        ttl_before=None if entry.get("ttl_before") is None else _number(entry["ttl_before"]),
        waiting_for=tuple(map(str, entry.get("waiting_for", ()))),
        needed=None if entry.get("needed") is None else records("needed"),
        purpose=str(entry.get("purpose", "")),
    )


def _read_phase(entry: dict[str, Any], said: Any) -> Phase:
    return Phase(
        number=_number(entry["number"]),
        id=str(entry["id"]),
        title=said(entry["title"]),
        earliest=_time(entry.get("earliest")),
        why_then=said(entry["why_then"]),
        closes_when=said(entry["closes_when"]),
        wait_seconds=_number(entry.get("wait_seconds", 0)),
        blocked_by=tuple(map(said, entry.get("blocked_by", ()))),
        earliest_local=str(entry.get("earliest_local", "")),
    )


def _sets(entry: dict[str, Any], name: str) -> dict[str, Any]:
    """The sets of a proof; what later phases take is missing in plans of before."""
    return dict(entry.get(name, {}) if name == "later" else entry[name])


def _read_proof(entry: dict[str, Any] | None, said: Any) -> SpfProof | None:
    if entry is None:
        return None
    fields: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in entry.items() if k in SpfProof.__slots__
    }
    for name in SETS:
        fields[name] = {result: tuple(ranges) for result, ranges in _sets(entry, name).items()}
        for ranges in fields[name].values():
            for bits in (IPV4, IPV6):
                AddressSet.presented(bits, ranges)  # raises for what is no range
    fields["advice"] = tuple(map(said, entry.get("advice", ())))
    return SpfProof(**fields)
