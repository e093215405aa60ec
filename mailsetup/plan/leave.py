"""
What is removed when a provider is left: only records that are its own and that nobody else needs.

Proofs of ownership stay (a token may serve another product of the same company), and so does
everything at a name that a claimed service or another one found at the domain uses too.
"""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.model.dns import MX, SRV, TXT, Rdata
from mailsetup.model.message import Message, say
from mailsetup.model.profile import Resolved, ResolvedRecord

from .dkim_names import is_key
from .edits import Edit, identity
from .existing import Existing, Target
from .mx_set import MxDecision, matches
from .request import Request


class Leaving(NamedTuple):
    """``spf_terms`` are the mechanisms to take out of the SPF record, written as in the profile."""

    edits: tuple[Edit, ...] = ()
    notes: tuple[Message, ...] = ()
    spf_terms: tuple[str, ...] = ()


def leave_edits(request: Request, existing: Existing, mx: MxDecision) -> Leaving:
    """The removals of the retire phase."""
    edits: list[Edit] = []
    notes: list[Message] = []
    terms: list[str] = []
    for service in request.leaving:
        if mx.stays and _receives(request, existing, service):
            notes.append(
                say(
                    "Mail still arrives at {service}, so nothing of it is removed. Name the provider that takes over, or "
                    "change the MX records first.",
                    service=service.profile.name,
                )
            )
            continue
        edits += _keys(request, existing, service)
        edits += _extras(request, existing, service)
        terms += _spf_terms(request, service)
        notes += _proofs(existing, service)
    return Leaving(tuple(edits), tuple(notes), tuple(dict.fromkeys(terms)))


def _receives(request: Request, existing: Existing, service: Resolved) -> bool:
    state = existing.state(request.domain, "MX")
    return any(isinstance(r, MX) and matches(service.mx_patterns, r.exchange.lower()) for r in state.records)


def _others(request: Request, service: Resolved) -> list[Resolved]:
    left = {s.profile.id for s in request.leaving}
    known = [s for s in request.known if s.profile.id not in left]
    return [s for s in (*request.claimed, *known) if s.profile.id != service.profile.id]


def _claimed_names(request: Request, service: Resolved) -> set[str]:
    return {r.owner for other in _others(request, service) for r in (*other.dkim, *other.extras)}


def _keys(request: Request, existing: Existing, service: Resolved) -> list[Edit]:
    taken = _claimed_names(request, service)
    edits = []
    for owner in key_owners(request.domain, service):
        if owner in taken:
            continue
        reason = say(
            "{service} no longer signs; its key stays for 7 days after the switch, for letters on their way",
            service=service.profile.name,
        )
        alias, texts = existing.alias(owner), existing.state(owner, "TXT")
        own = [r for r in service.dkim if r.owner == owner]
        if alias.alias:
            if _its_target(service, own, alias.alias.lower()):
                edits.append(Edit("retire", owner, "CNAME", reason, "dkim", remove=(alias.alias,)))
        elif own:
            keys = tuple(r for r in texts.records if is_key(r))
            if keys:
                edits.append(Edit("retire", owner, "TXT", reason, "dkim", remove=keys))
    return edits


def _its_target(service: Resolved, own: list[ResolvedRecord], target: str) -> bool:
    if any(isinstance(r.rdata, str) and r.rdata.lower() == target for r in own):
        return True
    return matches((*service.profile.detect.dkim, *(p for r in own for p in r.accept)), target)


def key_owners(domain: str, service: Resolved) -> tuple[str, ...]:
    """The names where a service's keys may stand: its records and the selectors seen in the wild."""
    named = [r.owner for r in service.dkim if "{" not in r.owner]
    seen = [f"{selector}._domainkey.{domain}" for selector in service.profile.dkim.selectors]
    return tuple(dict.fromkeys((*named, *seen)))


def _extras(request: Request, existing: Existing, service: Resolved) -> list[Edit]:
    taken = _claimed_names(request, service)
    edits = []
    for record in service.extras:
        if record.owner in taken or "{" in record.owner:
            continue
        state = existing.state(record.owner, record.rdtype)
        gone = tuple(r for r in state.records if _is_its(service, record, r))
        if gone:
            reason = say("it belongs to {service}, which is left", service=service.profile.name)
            purpose = record.purpose or "other"
            edits.append(Edit("retire", record.owner, record.rdtype, reason, purpose, remove=gone))
    return edits


def _is_its(service: Resolved, record: ResolvedRecord, found: Rdata) -> bool:
    if record.rdata is not None and identity(found) == identity(record.rdata):
        return True
    detect = service.profile.detect
    match found:
        case str() if record.rdtype == "CNAME":
            label = record.owner.partition(".")[0]
            return matches((*detect.cname.get(label, ()), *record.accept), found.lower())
        case SRV():
            return matches(detect.srv, found.target.lower())
        case MX():
            return matches(service.mx_patterns, found.exchange.lower())
    return False


def _spf_terms(request: Request, service: Resolved) -> list[str]:
    """The mechanisms only this service uses; those another service needs stay."""
    if service.spf is None or service.spf.owner != request.domain:
        return []
    own = (*service.spf.mechanisms, *service.spf.accepted, *service.spf.legacy)
    needed = {
        term.lower()
        for other in _others(request, service)
        if other.spf is not None
        for term in (*other.spf.mechanisms, *other.spf.accepted)
    }
    return [term for term in own if term.lower() not in needed]


def _proofs(existing: Existing, service: Resolved) -> list[Message]:
    prefixes = service.profile.detect.txt_prefix
    found = [
        r.text
        for r in existing.state(existing.domain, "TXT").records
        if isinstance(r, TXT) and prefixes and r.text.startswith(prefixes)
    ]
    return [
        say(
            'The text "{text}" proves to {service} that the domain is yours. It stays, since other products may rest on it; '
            "take it out yourself when you use none of them.",
            text=text[:120],
            service=service.profile.name,
        )
        for text in found
    ]


def leave_targets(request: Request) -> list[Target]:
    """The record sets that must be read before anything is removed."""
    return [
        (owner, rdtype)
        for service in request.leaving
        for owner in key_owners(request.domain, service)
        for rdtype in ("TXT", "CNAME")
    ]
