"""
What is removed when a provider is left: only records that are its own and that nobody else needs.

Proofs of ownership stay (a token may serve another product of the same company), and so does
everything at a name that a claimed service or another one found at the domain uses too.
"""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.grammar.spf import is_spf, parse_spf
from mailsetup.model.dns import MX, TXT, Rdata
from mailsetup.model.message import Message, say
from mailsetup.model.names import is_within
from mailsetup.model.profile import Resolved
from mailsetup.profiles.claims import claim, spf_claim

from .dkim_names import is_key
from .edits import Edit
from .existing import Existing, Target
from .mx_set import MxDecision, matches
from .request import Request

LEFT_TYPES = ("TXT", "CNAME", "SRV", "MX")
"""The types of records that are removed; addresses and name servers never are."""


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
    left: list[Resolved] = []
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
        if request.unread:
            notes.append(_not_known(request, service))
            continue
        own, own_terms = _records(request, existing, service), _spf_terms(request, existing, service)
        said = [
            *_anybodys_terms(request, existing, service),
            *_unmarked_keys(request, existing, service),
            *_proofs(existing, service),
        ]
        read = all(existing.state(*target).known for target in leave_targets(request))
        if read and not (own or own_terms or said or _receives(request, existing, service)):
            said = [_never_there(request, service)]
        edits, terms, notes = [*edits, *own], [*terms, *own_terms], [*notes, *said]
        left.append(service)
    notes += _foreign_keys(request, existing, left)
    return Leaving(tuple(edits), tuple(notes), tuple(dict.fromkeys(terms)))


def _never_there(request: Request, service: Resolved) -> Message:
    return say(
        "Nothing of {service} was found at {domain}, so its removal changes nothing. See mailsetup detect {domain} for who "
        "is there.",
        service=service.profile.name,
        domain=request.domain,
    )


def _not_known(request: Request, service: Resolved) -> Message:
    return say(
        "The removal of {service} is not planned now: {questions} could not be read, so it is not known who else needs its "
        "records. Run the plan again when the name servers answer.",
        service=service.profile.name,
        questions=", ".join(request.unread),
    )


def _receives(request: Request, existing: Existing, service: Resolved) -> bool:
    state = existing.state(request.domain, "MX")
    return any(isinstance(r, MX) and matches(service.mx_patterns, r.exchange.lower()) for r in state.records)


def _others(request: Request, service: Resolved) -> list[Resolved]:
    left = {s.profile.id for s in request.leaving}
    known = [s for s in request.known if s.profile.id not in left]
    return [s for s in (*request.claimed, *known) if s.profile.id != service.profile.id]


def _records(request: Request, existing: Existing, service: Resolved) -> list[Edit]:
    """Every record found that is this service's by its own marks, and nobody else's."""
    others = _others(request, service)
    taken = {(r.owner, r.rdtype) for o in others for r in o.records}
    taken |= {(o.spf.owner, "TXT") for o in others if o.spf is not None and o.spf.owner != request.domain}
    edits = []
    for owner, rdtype in _places(request, existing, taken):
        state = existing.state(owner, rdtype)
        gone = tuple(
            r
            for r in state.records
            if _removable(service, request.domain, owner, rdtype, r)
            and not any(claim(o.profile, request.domain, owner, rdtype, r) for o in others)
        )
        if gone:
            purpose = "dkim" if "._domainkey." in owner else "client"
            reason = _reason(service, purpose)
            edits.append(Edit("retire", owner, rdtype, reason, purpose, remove=gone))
    return edits


def _places(request: Request, existing: Existing, taken: set[Target]) -> list[Target]:
    asked = {
        (q.name, q.rdtype): None
        for q in existing.answers
        if not q.server and is_within(q.name, request.domain) and q.rdtype in LEFT_TYPES
    }
    return [t for t in asked if t not in taken and t != (request.domain, "MX")]


def _removable(service: Resolved, domain: str, owner: str, rdtype: str, record: Rdata) -> bool:
    """Whether a record is the service's and no mere proof of ownership; a key only where its selector is a mark."""
    if rdtype == "TXT" and "._domainkey." in owner:
        return is_key(record) and owner in _marked_owners(domain, service)
    return claim(service.profile, domain, owner, rdtype, record) not in ("", "verification", "spf")


def _marked_owners(domain: str, service: Resolved) -> set[str]:
    """The owners of its keys whose selector bears the service's own name; ``default`` may be anybody's."""
    suffix = f"._domainkey.{domain}"
    name = f"{service.profile.id} {service.profile.name}".lower()
    named = {r.owner for r in service.dkim if r.owner.endswith(suffix) and "{" not in r.owner}
    return {owner for owner in named if owner.removesuffix(suffix).lower() in name}


def _unmarked_keys(request: Request, existing: Existing, service: Resolved) -> list[Message]:
    """Keys that may be the service's, at selectors that anybody may use: named, not removed."""
    notes = []
    for owner in key_owners(request.domain, service):
        found = any(is_key(r) for r in existing.state(owner, "TXT").records)
        taken = any(r.owner == owner for o in _others(request, service) for r in o.dkim)
        if found and not taken and owner not in _marked_owners(request.domain, service):
            notes.append(
                say(
                    "The key at {owner} may belong to {service}, but others use this selector too. It stays; delete it a "
                    "week after the switch if nobody else signs with it.",
                    owner=owner,
                    service=service.profile.name,
                )
            )
    return notes


def _foreign_keys(request: Request, existing: Existing, left: list[Resolved]) -> list[Message]:
    """Keys at the other selectors that were looked at: nothing shows whose they are, so they are named and stay."""
    if not left:
        return []
    their = {owner for service in left for owner in key_owners(request.domain, service)}
    others = _others(request, left[0])
    known = their | {r.owner for other in others for r in other.dkim}
    found = [f"{selector}._domainkey.{request.domain}" for selector in request.selectors]
    return [
        say(
            "The key at {owner} bears no mark of {service} or of anybody else, so it stays. Delete it a week after the "
            "switch if {service} signed with it and nobody else does.",
            owner=owner,
            service=", ".join(service.profile.name for service in left),
        )
        for owner in dict.fromkeys(found)
        if owner not in known and _is_foreign(request.domain, owner, existing, [*left, *others])
    ]


def _is_foreign(domain: str, owner: str, existing: Existing, services: list[Resolved]) -> bool:
    """Whether a key or an alias stands at a name that no service claims by its marks."""
    keys = [("TXT", r) for r in existing.state(owner, "TXT").records if is_key(r)]
    found = keys + [("CNAME", r) for r in existing.state(owner, "CNAME").records]
    claimed = any(claim(s.profile, domain, owner, rdtype, r) for s in services for rdtype, r in found)
    return bool(found) and not claimed


def _reason(service: Resolved, purpose: str) -> Message:
    if purpose == "dkim":
        return say(
            "{service} no longer signs; its key stays for 7 days after the switch, for letters on their way",
            service=service.profile.name,
        )
    return say("it belongs to {service}, which is left", service=service.profile.name)


def key_owners(domain: str, service: Resolved) -> tuple[str, ...]:
    """The names where a service's keys may stand: its records and the selectors seen in the wild."""
    named = [r.owner for r in service.dkim if "{" not in r.owner]
    seen = [f"{selector}._domainkey.{domain}" for selector in service.profile.dkim.selectors]
    return tuple(dict.fromkeys((*named, *seen)))


def _spf_terms(request: Request, existing: Existing, service: Resolved) -> list[str]:
    """The terms only this service uses, its own or found by its marks; those another service needs stay."""
    own = []
    if service.spf is not None and service.spf.owner == request.domain:
        asked = (*service.spf.mechanisms, *service.spf.accepted, *service.spf.legacy)
        own += [term for term in asked if not _anybodys(term)]
    for record in existing.state(request.domain, "TXT").records:
        parsed = parse_spf(record.text).value if isinstance(record, TXT) else None
        for term in parsed.mechanisms if parsed else ():
            if term.name == "include" and spf_claim(service.profile, term.argument.lower().rstrip(".")):
                own.append(str(term._replace(qualifier="+")))
    others = _others(request, service)
    needed = {
        term.lower() for o in others if o.spf is not None for term in (*o.spf.mechanisms, *o.spf.accepted)
    }
    return [
        term
        for term in dict.fromkeys(own)
        if term.lower() not in needed
        and not any(spf_claim(o.profile, term.partition(":")[2].lower()) for o in others)
    ]


def _anybodys(term: str) -> bool:
    """Whether a term bears nobody's name: the domain's own hosts send for its website too."""
    return term.lstrip("+").partition("/")[0].lower() in ("a", "mx", "ptr")


def _anybodys_terms(request: Request, existing: Existing, service: Resolved) -> list[Message]:
    """The terms that the service asks for and that may be the owner's own: named, not removed."""
    if service.spf is None or service.spf.owner != request.domain:
        return []
    asked = {term.lstrip("+").lower() for term in service.spf.mechanisms if _anybodys(term)}
    parsed = (
        parse_spf(r.text).value
        for r in existing.state(request.domain, "TXT").records
        if isinstance(r, TXT) and is_spf(r.text)
    )
    found = dict.fromkeys(str(m) for record in parsed if record for m in record.mechanisms if str(m) in asked)
    return [
        say(
            'The SPF record holds "{term}", which {service} asks for and which also lets your own servers send, the website '
            "for one. It stays; take it out if nothing of yours sends from there.",
            term=term,
            service=service.profile.name,
        )
        for term in found
    ]


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
