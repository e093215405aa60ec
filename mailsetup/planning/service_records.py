"""
The other records a service asks for: proofs of ownership, client discovery, bounce names.

A name the service asks for may be in use for something else. Then nothing is written: the plan
says so and leaves the choice to its reader, since only mail records are ever touched.
"""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.grammar.spf import is_spf
from mailsetup.model.dns import MX, TXT, Rdata
from mailsetup.model.message import Message, say
from mailsetup.model.profile import Necessity, Resolved, ResolvedRecord
from mailsetup.profiles.claims import claim

from .dkim_names import unread
from .edits import Edit
from .existing import Existing
from .mx_set import lacking, matches
from .request import Request
from .shared_names import holders, taken_note

ADDRESS_TYPES = ("A", "AAAA")
COMMON_LABELS = frozenset({"email", "link", "links", "mail", "mta", "webmail", "www"})
"""Names that services ask for and that owners give to servers of their own."""


class Records(NamedTuple):
    """Edits and what the reader must know of them."""

    edits: tuple[Edit, ...] = ()
    notes: tuple[Message, ...] = ()


def proof_edits(request: Request, existing: Existing, proved: bool) -> Records:
    """
    Verification records, in the prove phase.

    ``proved`` says that the receiving provider already gets the mail or signs it, so the domain was
    proved before and a token nobody gave is not missing.
    """
    edits: list[Edit] = []
    for service in request.claimed:
        for record in service.verification:
            if not request.wants(record) or record.rdtype == "MX":
                continue
            reason = say("proves to {service} that the domain is yours", service=service.profile.name)
            if record.rdata is not None:
                edits.append(_add("prove", record, reason, "verification"))
                continue
            known = _proof_published(service, record, existing)
            if known is not None:
                edits.append(known)
            elif not (proved and service is request.mail):
                edits.append(_wait("prove", service, record, reason, "verification"))
    return Records(tuple(edits))


def _proof_published(service: Resolved, record: ResolvedRecord, existing: Existing) -> Edit | None:
    if "{" in record.owner:
        return None
    state = existing.state(record.owner, record.rdtype)
    prefixes = service.profile.detect.txt_prefix
    found = tuple(
        r
        for r in state.records
        if (isinstance(r, TXT) and r.text.startswith(prefixes))
        or (isinstance(r, str) and record.accept and matches(record.accept, r.lower()))
    )
    if not found:
        return None
    reason = say("a proof of ownership for {service} is published already", service=service.profile.name)
    return Edit("prove", record.owner, record.rdtype, reason, "verification", needed=found)


def extra_edits(request: Request, existing: Existing) -> Records:
    """Client discovery and further records: senders' with the keys, the receiving provider's with the switch."""
    edits: list[Edit] = []
    notes: list[Message] = []
    held = holders(request, existing)
    for service in request.claimed:
        phase = "switch" if service is request.mail else "authenticate"
        for record in service.extras:
            if not request.wants(record) or record.rdtype == "PTR" or is_spf_text(record):
                continue
            purpose = record.purpose or "other"
            reason = _why(service, record)
            holder = held.get(record.owner, service)
            if holder is not service:
                made = _stays(phase, record, reason, taken_note(service, record, holder))
                edits += made.edits
                notes += made.notes
                continue
            if record.rdata is None or "{" in record.owner:
                edits.append(_wait(phase, service, record, reason, purpose))
                continue
            made = _extra(phase, service, record, record.rdata, existing, reason, _neighbours(request))
            edits += made.edits
            notes += made.notes
    return Records(tuple(edits), tuple(notes))


def is_spf_text(record: ResolvedRecord) -> bool:
    """Whether a record is SPF: it is merged with what stands there, not placed beside it."""
    return isinstance(record.rdata, TXT) and is_spf(record.rdata.text) and "{" not in record.owner


def _why(service: Resolved, record: ResolvedRecord) -> Message:
    if record.note:
        return say("{service}: {note}", service=service.profile.name, note=Message(record.note))
    if record.purpose == "client":
        return say("mail programs find the servers of {service} by it", service=service.profile.name)
    return say("{service} asks for it", service=service.profile.name)


def _neighbours(request: Request) -> tuple[Resolved, ...]:
    """The services whose records a plan may write over: those it knows of."""
    return (*request.claimed, *request.leaving, *request.known)


def _extra(
    phase: str,
    service: Resolved,
    record: ResolvedRecord,
    rdata: Rdata,
    existing: Existing,
    reason: Message,
    known: tuple[Resolved, ...],
) -> Records:
    if record.rdtype == "CNAME":
        alias = existing.alias(record.owner)
        if alias.known and alias.alias and _somebodys(record, alias.alias, existing.domain, known):
            return _taken(phase, service, record, reason, existing)
        return _extra_alias(phase, service, record, rdata, existing, reason)
    state = existing.state(record.owner, record.rdtype)
    purpose = record.purpose or "other"
    if not state.known or not state.records or rdata in state.records:
        return Records((_add(phase, record, reason, purpose),))
    if record.rdtype == "TXT":
        return Records((_add(phase, record, reason, purpose),))
    if record.rdtype == "SRV" or _ours(service, state.records):
        edit = Edit(phase, record.owner, record.rdtype, reason, purpose, add=(rdata,), whole=True)
        return Records((edit,))
    return _taken(phase, service, record, reason, existing)


def _ours(service: Resolved, records: tuple[Rdata, ...]) -> bool:
    """Whether the exchanges at a bounce name already belong to the service."""
    return all(isinstance(r, MX) and matches(service.mx_patterns, r.exchange.lower()) for r in records)


def _somebodys(record: ResolvedRecord, target: str, domain: str, known: tuple[Resolved, ...]) -> bool:
    """Whether an alias at a name that anybody may use, such as ``mail``, is no mail service's: it stays."""
    label = record.owner.removesuffix("." + domain)
    here = target.lower().rstrip(".")
    if (
        label not in COMMON_LABELS
        or here == str(record.rdata).lower().rstrip(".")
        or matches(record.accept, here)
    ):
        return False
    return not any(claim(s.profile, domain, record.owner, "CNAME", here) for s in known)


def _extra_alias(
    phase: str, service: Resolved, record: ResolvedRecord, rdata: Rdata, existing: Existing, reason: Message
) -> Records:
    alias = existing.alias(record.owner)
    here = alias.alias.lower()
    if alias.known and here and matches(record.accept, here):
        return Records((Edit(phase, record.owner, "CNAME", reason, record.purpose, needed=(alias.alias,)),))
    edit = Edit(
        phase,
        record.owner,
        "CNAME",
        reason,
        record.purpose or "other",
        add=(str(rdata),),
        whole=True,
        ttl=record.ttl or 0,
    )
    if here:
        return Records((edit,))
    if existing.flattened(record.owner, str(rdata)):
        reason = say("{reason}; the DNS host resolves the alias itself", reason=reason)
        return Records((Edit(phase, record.owner, "CNAME", reason, edit.purpose, needed=(rdata,)),))
    others = [existing.state(record.owner, t) for t in ("TXT", *ADDRESS_TYPES)]
    unknown = next((s for s in others if not s.known), None)
    if unknown is not None:
        return Records((_blocked(edit, unread(reason, unknown)),))
    if any(s.records for s in others):
        return _taken(phase, service, record, reason, existing)
    return Records((edit,))


def _taken(
    phase: str, service: Resolved, record: ResolvedRecord, reason: Message, existing: Existing
) -> Records:
    """The name is in use for something else: a needed record waits, an advised one is only named."""
    said = say(
        "{service} asks for {rdtype} {text} at {owner}, but other records stand there and stay. Publish it yourself "
        "if nothing uses them any more.",
        service=service.profile.name,
        rdtype=record.rdtype,
        text=record.text,
        owner=record.owner,
    )
    return _stays(phase, record, reason, said)


def _stays(phase: str, record: ResolvedRecord, reason: Message, said: Message) -> Records:
    if record.necessity is not Necessity.REQUIRED:
        return Records((), (said,))
    waits = say("{reason}. This waits: {why}", reason=reason, why=said)
    edit = Edit(phase, record.owner, record.rdtype, waits, record.purpose or "other", blocked=True)
    return Records((edit,), (said,))


def _add(phase: str, record: ResolvedRecord, reason: Message, purpose: str) -> Edit:
    add = (record.rdata,) if record.rdata is not None else ()
    return Edit(phase, record.owner, record.rdtype, reason, purpose, add=add, ttl=record.ttl or 0)


def _wait(phase: str, service: Resolved, record: ResolvedRecord, reason: Message, purpose: str) -> Edit:
    missing = record.waiting_for
    return Edit(
        phase,
        record.owner,
        record.rdtype,
        lacking(reason, service, missing),
        purpose,
        waiting_for=missing or ("value",),
    )


def _blocked(edit: Edit, reason: Message) -> Edit:
    return Edit(edit.phase, edit.owner, edit.rdtype, reason, edit.purpose, blocked=True)


def record_targets(request: Request) -> list[tuple[str, str]]:
    """The record sets that must be read before such records are planned."""
    services = (*request.claimed, *request.leaving)
    return [
        (r.owner, r.rdtype)
        for s in services
        for r in (*s.verification, *s.extras)
        if "{" not in r.owner and r.rdtype != "PTR"
    ]
