"""
The SPF record through the phases of a move: joint while old and new send, without the old one at the end.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network, summarize_address_range
from typing import NamedTuple

from mailsetup.grammar.spf import is_spf, parse_spf
from mailsetup.model.dns import MX, TXT
from mailsetup.model.message import Message, say
from mailsetup.model.plan import SpfProof
from mailsetup.model.profile import Necessity, Resolved, ResolvedRecord, ResolvedSpf
from mailsetup.model.records import Mechanism, SpfRecord, SpfTerm
from mailsetup.model.walk import Walk
from mailsetup.profiles.claims import spf_claim

from .edits import Edit
from .existing import Existing
from .mx_set import lacking
from .request import Request
from .service_records import is_spf_text
from .shared_names import aliased
from .spf_merge import Merge, merge, merge_and_prove
from .spf_proof import proof as prove
from .spf_sets import LOOKUP_LIMIT, PASS

SHOWN_TERMS = 12  # addresses named in a note: more are a list of its own, and stand in the proof


class JointSpf(NamedTuple):
    """
    ``proof`` compares the record of today with the joint one, which lets old and new send; whom the last phase
    takes out again, it says itself.

    ``before_switch`` says why the new provider may not send yet.
    """

    edits: tuple[Edit, ...] = ()
    notes: tuple[Message, ...] = ()
    proof: SpfProof | None = None
    before_switch: tuple[Message, ...] = ()


class Wanted(NamedTuple):
    """What the claimed services want of one SPF record."""

    mechanisms: tuple[str, ...]
    legacy: tuple[str, ...]
    accepted: tuple[tuple[str, ...], ...]
    qualifier: str
    services: tuple[str, ...]


def wanted_spf(request: Request) -> dict[str, Wanted]:
    """What is wanted by owner; a service that advises no SPF at the domain adds nothing."""
    found: dict[str, list[tuple[str, ResolvedSpf]]] = {}
    for service in request.claimed:
        spf = service.spf
        if spf is None or not spf.mechanisms or "{" in spf.owner:
            continue
        if (
            spf.necessity in (Necessity.REQUIRED, Necessity.RECOMMENDED)
            or service.profile.id in request.extras
        ):
            found.setdefault(spf.owner, []).append((service.profile.name, spf))
    for service in request.claimed:
        for record in service.extras:
            if request.wants(record) and is_spf_text(record):
                found.setdefault(record.owner, []).append((service.profile.name, _as_template(record)))
    return {owner: _joined(wants) for owner, wants in found.items()}


def _as_template(record: ResolvedRecord) -> ResolvedSpf:
    """A whole SPF record at a name of the service's own, as terms to merge into what stands there."""
    text = record.rdata.text if isinstance(record.rdata, TXT) else ""
    parsed = parse_spf(text).value
    terms = tuple(str(m) for m in parsed.mechanisms if m.name != "all") if parsed else ()
    ending = str(parsed.all) if parsed and parsed.all else ""
    return ResolvedSpf(record.owner, terms, ending)


def _joined(wants: list[tuple[str, ResolvedSpf]]) -> Wanted:
    return Wanted(
        tuple(dict.fromkeys(m for _, spf in wants for m in spf.mechanisms)),
        tuple(dict.fromkeys(m for _, spf in wants for m in spf.legacy)),
        tuple((m, *spf.accepted) for _, spf in wants for m in spf.mechanisms[:1] if spf.accepted),
        next((spf.qualifier for _, spf in wants if spf.qualifier), ""),
        tuple(name for name, _ in wants),
    )


def spf_waiting(request: Request) -> tuple[Edit, ...]:
    """SPF terms that lack a tenant's value."""
    edits = []
    for service in request.claimed:
        spf = service.spf
        if spf is not None and spf.waiting_for:
            reason = say("{service} sends as {domain}", service=service.profile.name, domain=request.domain)
            reason = lacking(reason, service, spf.waiting_for)
            edits.append(
                Edit("authenticate", request.domain, "TXT", reason, "spf", waiting_for=spf.waiting_for)
            )
    return tuple(edits)


def spf_targets(request: Request) -> list[tuple[str, str]]:
    """The record sets read for SPF beside the domain's own."""
    return [(owner, "TXT") for owner in wanted_spf(request)]


def spf_records(existing: Existing, owner: str) -> tuple[TXT, ...]:
    """The SPF records at an owner today."""
    return tuple(r for r in existing.state(owner, "TXT").records if isinstance(r, TXT) and is_spf(r.text))


def joint_spf(
    request: Request, existing: Existing, phase: str, leaving: tuple[str, ...], hosts: tuple[MX, ...] | None
) -> Walk[JointSpf]:
    """
    The edits to every SPF record that the claimed services want, with the proof for the domain's own.

    ``phase`` is where the joint record is published; ``leaving`` are terms that the retire phase takes
    out again; ``hosts`` are the MX after the switch, which change what an ``mx`` term means: empty while they
    are not known, None where the set stays.
    """
    edits: list[Edit] = list(spf_waiting(request))
    notes: list[Message] = []
    proof: SpfProof | None = None
    before: list[Message] = []
    wants = wanted_spf(request)
    if leaving or request.spf_all:
        wants.setdefault(request.domain, Wanted((), (), (), "", ()))
    aliases = aliased(request, existing)
    for owner in sorted(wants):
        if owner in aliases:
            notes.append(_beside_alias(owner, wants[owner], aliases[owner]))
            continue
        made = yield from _joint_record(request, existing, owner, wants[owner], phase, leaving)
        edits += made.edits
        notes += made.notes
        before += made.before_switch
        if owner == request.domain:
            proof = made.proof
    if hosts is not None and _means_mx(request, existing):
        gone = yield from _past_switch(request.domain, proof, hosts)
        notes += _mx_note(request.domain, gone)
        if proof is not None and gone:
            proof = replace(proof, later={"switch": gone, **proof.later})
    return JointSpf(tuple(edits), tuple(notes), proof, tuple(before))


def _beside_alias(owner: str, wanted: Wanted, holder: Resolved) -> Message:
    return say(
        "{services} asks for an SPF record at {owner}, where {other} needs an alias (CNAME), and nothing may stand beside "
        "one (RFC 1034 section 3.6.2). Choose another host name in the console of one of the two.",
        services=", ".join(wanted.services),
        owner=owner,
        other=holder.profile.name,
    )


def _past_switch(domain: str, proof: SpfProof | None, hosts: tuple[MX, ...]) -> Walk[tuple[str, ...] | None]:
    """
    Who passes by the joint record today and no longer with other MX; None where that cannot be told.

    Without its ``mx`` the record shows who rests on that term alone: nobody else can lose by the switch, whatever
    the new hosts are.
    """
    record = parse_spf(proof.after).value if proof is not None else None
    if proof is None or record is None:
        return None
    without = SpfRecord(tuple(term for term in record.terms if not _is_own_mx(term, domain)))
    alone = yield from prove(domain, proof.after, str(without))
    if PASS not in alone.lost:
        return () if not any(term.startswith("mx") for term in alone.unsettled) else None
    if not hosts:
        return None
    then = yield from prove(domain, proof.after, proof.after, planned={(domain, "MX"): hosts})
    gone = then.lost.get(PASS, ())
    return gone if gone or not then.unsettled else None


def _joint_record(
    request: Request, existing: Existing, owner: str, wanted: Wanted, phase: str, leaving: tuple[str, ...]
) -> Walk[JointSpf]:
    reason = _reason(request, owner, wanted)
    state = existing.state(owner, "TXT")
    if not state.known:
        return JointSpf((Edit(phase, owner, "TXT", reason, "spf"),))
    old = spf_records(existing, owner)
    texts = tuple(r.text for r in old)
    merged, proof = yield from merge_and_prove(
        owner,
        texts,
        wanted.mechanisms,
        all_qualifier=request.spf_all or None,
        default_all=wanted.qualifier or "~all",
        remove=tuple(t for t in wanted.legacy if t not in wanted.mechanisms),
        accepted={w[0]: w[1:] for w in wanted.accepted},
    )
    notes = [*merged.notes, *_dropped(owner, merged)]
    if proof is not None and not proof.fits:
        notes += proof.advice
    if merged.unread and wanted.services:
        return _unread(request, Edit(phase, owner, "TXT", reason, "spf", blocked=True), merged, wanted)
    if merged.cure is not None and wanted.services:
        return _stuck(Edit(phase, owner, "TXT", reason, "spf", blocked=True), merged, merged.cure, wanted)
    if merged.left_alone or not merged.text:
        kept = Edit(phase, owner, "TXT", reason, "spf", needed=old)
        return JointSpf((kept,) if old else (), tuple(notes), proof, _elsewhere(owner, merged, wanted))
    record = TXT.of(merged.text)
    edit = Edit(phase, owner, "TXT", reason, "spf", add=(record,), remove=old)
    if not merged.changed:
        edit = Edit(phase, owner, "TXT", reason, "spf", needed=old)
    elif proof is not None and _would_break(proof):
        return JointSpf((replace(edit, reason=_too_much(reason, proof), blocked=True),), tuple(notes), proof)
    edits = [edit]
    if leaving and owner == request.domain and merged.text:
        last = yield from _without(request, owner, merged.text, wanted, leaving)
        proof = yield from _past_leaving(owner, merged.text, last, proof)
        edits += last
    if not old and owner == request.domain and wanted.services:
        notes += _first_record(request, existing, merged.text)
    return JointSpf(tuple(edits), tuple(notes), proof)


def _first_record(request: Request, existing: Existing, text: str) -> list[Message]:
    """Who begins to fail where no SPF record was: who receives the mail today, for one, while people still send there."""
    record = parse_spf(text).value
    ending = record.all if record is not None else None
    receives = existing.answer(request.domain, "MX")
    receives_none = not receives.found or all(isinstance(r, MX) and not r.exchange for r in receives.records)
    if receives_none or ending is None or ending.qualifier not in "-~":
        return []
    claimed = {service.profile.id for service in request.claimed}
    today = request.detection.mailboxes if request.detection is not None else ()
    others = [one for one in today if one.profile_id not in claimed]
    if not others:
        return [
            say(
                "{domain} has no SPF record today, so nobody fails by SPF. With its first SPF record letters of anybody it "
                "does not name are refused or marked as suspicious: name each service that sends as {domain} with "
                "--sender ID, and think of the website, the shop and the printers.",
                domain=request.domain,
            )
        ]
    return [
        say(
            "{name} receives the mail of {domain} today and is not in its first SPF record: what people still send through "
            "it is refused or marked as suspicious once that is published. Plan with --sender {id} until nobody does "
            "(--leave {id} comes after that), and name every other service that sends as {domain} in the same way.",
            name=one.name,
            domain=request.domain,
            id=one.profile_id,
        )
        for one in others
    ]


def _past_leaving(owner: str, text: str, last: list[Edit], made: SpfProof | None) -> Walk[SpfProof | None]:
    """The proof with those who no longer pass once the provider that is left is taken out."""
    final = next((r.text for edit in last for r in edit.add if isinstance(r, TXT)), "")
    if made is None or not final:
        return made
    then = yield from prove(owner, text, final)
    gone = then.lost.get(PASS, ())
    return replace(made, later={"retire": gone}) if gone else made


def _unread(request: Request, edit: Edit, merged: Merge, wanted: Wanted) -> JointSpf:
    """A record that waits for its redirect's target; the target of a provider who is left is not the place to add to."""
    left = next((s.profile for s in request.leaving if spf_claim(s.profile, merged.unread)), None)
    then = (
        say(
            "It is the record of {provider}, which is left; it is replaced once it can be read",
            provider=left.name,
        )
        if left is not None
        else say("What it says is carried over once it can be read")
    )
    reason = say(
        "{reason}. This waits: the record redirects to {target}, which could not be read now. {then}; run the plan "
        "again where its name servers answer",
        reason=edit.reason,
        target=merged.unread,
        then=then,
    )
    first = say(
        "{services} may send as {domain}: its SPF redirects to {target}, which could not be read, so nothing could be "
        "added to it",
        services=", ".join(wanted.services),
        domain=edit.owner,
        target=merged.unread,
    )
    return JointSpf((replace(edit, reason=reason),), merged.notes, None, (first,))


def _stuck(edit: Edit, merged: Merge, cure: Message, wanted: Wanted) -> JointSpf:
    """A record that can be read and cannot take the new terms: its owner acts first, and the switch waits for it."""
    why = merged.notes[0]
    reason = say("{reason}. This waits: {why:part}. {cure}", reason=edit.reason, why=why, cure=cure)
    first = say(
        "{services} may send as {domain}: {why:part}. {cure}",
        services=", ".join(wanted.services),
        domain=edit.owner,
        why=why,
        cure=cure,
    )
    return JointSpf((replace(edit, reason=reason),), merged.notes[1:], None, (first,))


def _elsewhere(owner: str, merged: Merge, wanted: Wanted) -> tuple[Message, ...]:
    """What is to be done first where another service writes the record: DNS cannot show whether it was."""
    if not merged.missing or not wanted.services:
        return ()
    return (
        say(
            "{services} may send as {domain}: its SPF record is managed elsewhere; add {terms} there",
            services=", ".join(wanted.services),
            domain=owner,
            terms=" ".join(merged.missing),
        ),
    )


def _without(
    request: Request, owner: str, text: str, wanted: Wanted, leaving: tuple[str, ...]
) -> Walk[list[Edit]]:
    """The same record without the terms of those who are left."""
    final = yield from merge(owner, (text,), wanted.mechanisms, remove=leaving)
    if final.left_alone or not final.text or final.text == text:
        return []
    reason = say(
        "{services} no longer {n:sends|send} as {domain}, so this goes: {terms}",
        n=len(request.leaving),
        services=", ".join(s.profile.name for s in request.leaving),
        domain=owner,
        terms=" ".join(d.term for d in final.dropped),
    )
    return [Edit("retire", owner, "TXT", reason, "spf", add=(TXT.of(final.text),), remove=(TXT.of(text),))]


def _reason(request: Request, owner: str, wanted: Wanted) -> Message:
    if not wanted.services:
        return say("one SPF record says who may send as {owner}", owner=owner)
    return say(
        "one SPF record lets {services} send as {owner}, and everybody it let send before",
        services=", ".join(wanted.services),
        owner=owner,
    )


def _dropped(owner: str, merged: Merge) -> list[Message]:
    return [
        say('SPF of {owner}: "{term}" goes: {why}', owner=owner, term=d.term, why=d.reason)
        for d in merged.dropped
    ]


def _would_break(proof: SpfProof) -> bool:
    """Whether a record that works would be replaced by one that is over the limits of RFC 7208 section 4.6.4."""
    worked = proof.lookups_before is not None and proof.lookups_before <= LOOKUP_LIMIT
    return worked and (proof.lookups_after > LOOKUP_LIMIT)


def _too_much(reason: Message, proof: SpfProof) -> Message:
    return say(
        "{reason}. This waits: the joint record would take {lookups} look-ups and receivers stop at {limit} (RFC 7208 "
        "section 4.6.4), after which nobody passes; make room first, see the notes",
        reason=reason,
        lookups=proof.lookups_after,
        limit=LOOKUP_LIMIT,
    )


def _means_mx(request: Request, existing: Existing) -> bool:
    """Whether a term in the record means another set of hosts once the MX set is another."""
    for record in spf_records(existing, request.domain):
        parsed = parse_spf(record.text).value
        terms = parsed.mechanisms if parsed else ()
        if any(_is_own_mx(term, request.domain) for term in terms):
            return True
    return False


def _is_own_mx(term: SpfTerm, domain: str) -> bool:
    return (
        isinstance(term, Mechanism)
        and term.name == "mx"
        and term.argument.lower().rstrip(".") in ("", domain)
    )


def _as_terms(shown: str) -> list[str]:
    """The terms for a block or a range ``first-last`` of addresses."""
    first, _, last = shown.partition("-")
    blocks = summarize_address_range(ip_address(first), ip_address(last)) if last else [ip_network(first)]
    return [f"ip{b.version}:{b.network_address if b.num_addresses == 1 else b}" for b in blocks]


def _mx_note(domain: str, gone: tuple[str, ...] | None) -> list[Message]:
    """What an ``mx`` term no longer does after the switch, and how to keep it: nothing, where nobody passes by it."""
    if gone is None:
        return [
            say(
                'The SPF record of {domain} holds "mx", which means whatever the MX are: after the switch it '
                "no longer lets the old mail servers send. If they still send then, "
                "replace it by their addresses (ip4:...) first.",
                domain=domain,
            )
        ]
    if not gone:
        return []
    terms = [term for shown in gone for term in _as_terms(shown)]
    return [
        say(
            'The SPF record of {domain} holds "mx", which means whatever the MX are: after the switch it no longer '
            "lets the old mail servers send. If they still send then, add their addresses to the record first: {terms}",
            domain=domain,
            terms=" ".join(terms[:SHOWN_TERMS]),
        )
    ]
