"""
A plan for a domain: everything that is asked, decided and dated, in one walk.

The parts decide one subject each and return edits; here they are put together, held back where
a name cannot take them, numbered and dated.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mailsetup.grammar.public_suffix import is_public_suffix
from mailsetup.model.dns_host import DnsHost
from mailsetup.model.message import Message, say
from mailsetup.model.plan import Action, Plan
from mailsetup.model.walk import Walk, together
from mailsetup.profiles.dns_hosts import host_of
from mailsetup.walks.dmarc_tree import DmarcDiscovery, PolicySource, dmarc_tree

from .dkim_names import dkim_edits, dkim_targets
from .dmarc_policy import DmarcDecision, InForce, destination_targets, dmarc_edits
from .doubts import doubts
from .edits import Edit, drafts
from .existing import Existing, Target, existing_records
from .joint_spf import joint_spf, spf_targets
from .leave import leave_edits, leave_targets
from .mx_set import mx_edits, set_after
from .parked import parked_edits
from .phases import Outlook, in_zone, phases
from .remarks import (
    alias_note,
    flattened_note,
    flattens,
    place_notes,
    propose_leaving,
    said_of_services,
    sending_first,
    untouched,
    wildcard_note,
)
from .request import Request
from .service_records import extra_edits, proof_edits, record_targets
from .transport import exchanges_after, transport_edits, transport_targets


def build(request: Request) -> Walk[Plan]:
    """
    The plan for a request. `Plan.predicted` is left for who can judge.

    Asks what stands at every name it may touch, the DMARC policy in force and the SPF trees.
    """
    existing, discovery = yield from _collected(request)
    in_force = policy_in_force(request.domain, discovery)
    if request.no_mail:
        edits, notes = parked_edits(request, existing)
        notes = (*notes, *wildcard_note(request, existing, ()))
        return _plan(
            request,
            existing,
            edits,
            notes,
            Outlook(request.as_of, request.domain, time_zone=request.time_zone, parked=True),
        )
    return (yield from _move(request, existing, in_force))


def _collected(request: Request) -> Walk[tuple[Existing, DmarcDiscovery]]:
    walks: tuple[Any, ...] = (existing_records(request.domain, targets(request)), dmarc_tree(request.domain))
    existing, discovery = yield from together(*walks)
    return existing, discovery


def targets(request: Request) -> list[Target]:
    """Every record set that a plan for this request may write, or rests on."""
    selectors = [(f"{s}._domainkey.{request.domain}", t) for s in request.selectors for t in ("TXT", "CNAME")]
    known = dkim_targets((*request.known, *request.leaving)) if request.no_mail else []
    wanted = (
        *dkim_targets(request.claimed),
        *record_targets(request),
        *leave_targets(request),
        *spf_targets(request),
        *transport_targets(request),
        *destination_targets(request),
        *known,
        *selectors,
        *_alias_ends(request),
    )
    return list(dict.fromkeys(wanted))


def _alias_ends(request: Request) -> list[Target]:
    """What the targets of planned aliases have, to know an alias that its host flattens."""
    return [
        (str(record.rdata), rdtype)
        for service in request.claimed
        for record in (*service.dkim, *service.extras)
        if record.rdtype == "CNAME" and record.rdata is not None and request.wants(record)
        for rdtype in ("A", "AAAA", "TXT")
    ]


def policy_in_force(domain: str, discovery: DmarcDiscovery) -> InForce:
    """
    The DMARC policy receivers apply to a domain today; ``t=y`` counts for nothing, since older ones enforce (RFC 7489).

    An unknown answer at a public suffix leaves nothing open here: what stands there binds only
    domains that publish nothing, and a plan publishes.
    """
    if not discovery.unknown:
        return InForce(discovery.policy, True, discovery.found_at, discovery.source is PolicySource.OWN)
    lower = [step for step in discovery.steps if not is_public_suffix(step.domain)]
    unread = next((step.domain for step in lower if step.unknown), "")
    if unread:
        return InForce(None, False, unread)
    for step in lower:
        if step.record is not None and step.record.applies:
            own = step.domain == domain
            policy = step.record.policy if own else step.record.existing_subdomain_policy
            return InForce(policy, True, step.domain, own)
    return InForce()


def _move(request: Request, existing: Existing, in_force: InForce) -> Walk[Plan]:
    mx = mx_edits(request, existing)
    keys = dkim_edits(request, existing)
    proofs = proof_edits(request, existing, mx.arrives or (bool(keys.edits) and keys.settled))
    extras = extra_edits(request, existing)
    leaving = leave_edits(request, existing, mx)
    dmarc = dmarc_edits(request, existing, in_force, mx)
    held = in_force.may_be_enforced and bool(keys.edits) and not keys.settled
    spf = yield from joint_spf(
        request, existing, "permit" if held else "authenticate", leaving.spf_terms, set_after(mx.edits)
    )
    exchanges = exchanges_after(mx.edits, existing, request.domain)
    transport = transport_edits(request, existing, mx, exchanges)
    parts: tuple[Any, ...] = (mx, proofs, keys, spf, extras, dmarc, transport, leaving)
    edits = tuple(edit for part in parts for edit in part.edits)
    said = (note for part in parts for note in part.notes)
    below = wildcard_note(request, existing, set_after(mx.edits))
    shaky = doubts(request, mx_stays=mx.stays)
    notes = (*said_of_services(request), *shaky, *said, *below, *propose_leaving(request, mx))
    outlook = _outlook(request, existing, in_force, dmarc, settled=keys.settled, signs=bool(keys.edits))
    elsewhere = (mx.elsewhere,) if mx.elsewhere is not None else ()
    asked = () if mx.arrives else sending_first(request, in_force)
    outlook = outlook._replace(
        before_switch=(*asked, *spf.before_switch, *transport.before_switch, *elsewhere)
    )
    plan = _plan(request, existing, edits, notes, outlook)
    return replace(plan, spf_proof=spf.proof, hosted_files=transport.files or None)


def _outlook(
    request: Request,
    existing: Existing,
    in_force: InForce,
    dmarc: DmarcDecision,
    *,
    settled: bool,
    signs: bool,
) -> Outlook:
    return Outlook(
        request.as_of,
        request.domain,
        existing.negative_ttl,
        request.time_zone,
        in_force,
        settled,
        signs,
        dmarc.reported,
        dmarc.steps,
    )


def _plan(
    request: Request,
    existing: Existing,
    edits: tuple[Edit, ...],
    notes: tuple[Message, ...],
    outlook: Outlook,
) -> Plan:
    outlook = outlook._replace(negative_ttl=existing.negative_ttl)
    host, _ = host_of(existing.servers)
    guarded, warnings = _guarded(existing, edits, host)
    steps, changes = phases(drafts(guarded, existing, request.ttl), outlook)
    said = (*place_notes(request, existing, edits), *warnings, *notes, *untouched(existing, edits))
    return Plan(
        domain=request.domain,
        as_of=request.as_of,
        providers=tuple(service.profile.id for service in request.claimed),
        changes=changes,
        phases=steps,
        notes=tuple({str(n): n for n in said}.values()),
        dns_host=host.id if host else "",
        options={
            "time_zone": request.time_zone,
            "as_of_local": in_zone(request.as_of, request.time_zone),
            "leave": [s.profile.id for s in request.leaving],
            "mx": request.mx.value,
            "no_mail": request.no_mail,
        },
        parked=request.no_mail,
    )


def _guarded(
    existing: Existing, edits: tuple[Edit, ...], host: DnsHost | None
) -> tuple[tuple[Edit, ...], tuple[Message, ...]]:
    """Edits at a name that is an alias are held back, unless its host lets both stand together."""
    freed = {e.owner for e in edits if e.rdtype == "CNAME" and e.whole and not e.add}
    out: list[Edit] = []
    notes: list[Message] = []
    for edit in edits:
        alias = existing.alias(edit.owner)
        if edit.rdtype == "CNAME" or edit.owner in freed or not (alias.known and alias.alias):
            out.append(edit)
            continue
        if host is not None and edit.owner == existing.domain and flattens(host):
            notes.append(flattened_note(edit.owner, alias.alias, host))
            out.append(edit)
            continue
        note = alias_note(existing.domain, edit.owner, alias.alias, host)
        notes.append(note)
        if existing.state(edit.owner, edit.rdtype).alias or not edit.add:
            waits = say("{reason}. This waits: {why}", reason=edit.reason, why=note)
            out.append(replace(edit, reason=waits, blocked=True))
        else:
            out.append(edit)
    return tuple(out), tuple({str(n): n for n in notes}.values())


def has_changes(plan: Plan) -> bool:
    """Whether there is anything to do, waiting changes included."""
    return any(change.action is not Action.KEEP for change in plan.changes)
