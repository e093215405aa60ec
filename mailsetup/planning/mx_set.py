"""
What becomes of the MX set: kept, replaced as a whole, or waiting for a value only the tenant knows.

A filtering gateway in front, or exchanges of others beside the provider's own (split or dual
delivery), keep the set as it is until the user says otherwise: replacing them would send mail
around the filter, or away from mailboxes that are still in use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from mailsetup.model.dns import MX, Rdata
from mailsetup.model.message import Message, say
from mailsetup.model.profile import Detected, Resolved, ResolvedRecord

from .edits import Edit
from .existing import Existing
from .request import MxChoice, Request

LOWERED_TTL = 300  # seconds; what the prepare phase brings a set down to before it changes
NULL_MX = MX(0, "")  # RFC 7505 section 3


class MxDecision(NamedTuple):
    """
    ``stays`` is True when the set is not replaced; ``arrives`` when the provider already receives. ``elsewhere``
    is what must be done at the service that the MX point to, before anything rests on the new provider.
    """

    edits: tuple[Edit, ...] = ()
    notes: tuple[Message, ...] = ()
    stays: bool = True
    arrives: bool = False
    elsewhere: Message | None = None


def mx_edits(request: Request, existing: Existing) -> MxDecision:
    """The edits to the MX set of the domain, and what the user must know of it."""
    mail = request.mail
    if mail is None or not mail.mx:
        return MxDecision()
    state = existing.state(request.domain, "MX")
    if not state.known:
        return MxDecision((_replace(request, mail, ()),), stays=False)
    found = tuple(r for r in state.records if isinstance(r, MX))
    if found and fits(mail, found):
        return MxDecision((_keep(request, mail, found),), arrives=True)
    if request.mx is MxChoice.KEEP:
        return _stay(request, mail, found, say("You asked to keep the MX records."))
    if request.mx is MxChoice.PROPOSE:
        filtered, shared = _filtered(request), _shared(mail, found)
        if filtered is not None:
            return _stay(request, mail, found, filtered)
        if shared is not None:
            return _divided(request, mail, found, shared)
    return _switch(request, mail, found, state.ttl, existing)


def set_after(edits: Iterable[Edit]) -> tuple[MX, ...] | None:
    """The MX set that the edits bring, empty while a value is missing; None where they leave it as it is."""
    for edit in edits:
        if edit.purpose == "mx" and edit.whole:
            return tuple(r for r in edit.add if isinstance(r, MX)) if not edit.waiting_for else ()
    return None


def fits(mail: Resolved, found: tuple[MX, ...]) -> bool:
    """
    Whether an MX set is one that the provider calls right: every exchange is its own and one of its sets is whole.

    Preferences count only by their order between the exchanges of that set.
    """
    own, foreign = _parted(mail, found)
    if foreign or not own:
        return False
    sets = [_known(records) for records in (mail.mx, *mail.mx_alternatives)]
    complete = [s for s in sets if s]
    if not complete:
        return True
    exchanges = {r.exchange.lower() for r in own}
    whole = any({r.exchange for r in s} <= exchanges for s in complete)
    return whole or _by_pattern_only(mail) or _fits_pattern(mail, exchanges)


def _fits_pattern(mail: Resolved, exchanges: set[str]) -> bool:
    """Whether a set described by patterns is met; beside a value the tenant gave, its first label must be the same."""
    given = {r.exchange.partition(".")[0] for r in _known(mail.mx)}
    tenants = any("{" in t.value.replace("{domain}", "") for t in mail.profile.mx)
    for alternative in mail.profile.mx_alternatives:
        if alternative.patterns and not alternative.obsolete:
            met = [e for e in exchanges if matches(alternative.patterns, e)]
            if met and (not tenants or any(e.partition(".")[0] in given for e in met)):
                return True
    return False


def _by_pattern_only(mail: Resolved) -> bool:
    """Whether the exchange is a value the tenant has not given, so that only the pattern can be compared."""
    return any(r.rdata is None for r in mail.mx)


def _known(records: Iterable[ResolvedRecord]) -> tuple[MX, ...]:
    return tuple(r.rdata for r in records if isinstance(r.rdata, MX))


def _parted(mail: Resolved, found: Iterable[MX]) -> tuple[list[MX], list[MX]]:
    """The provider's own exchanges and those of others; records that only prove ownership are neither."""
    own: list[MX] = []
    foreign: list[MX] = []
    hosts = {r.exchange.lower() for s in (mail.mx, *mail.mx_alternatives) for r in _known(s)}
    for record in found:
        host = record.exchange.lower()
        if matches(mail.profile.detect.mx_verification_only, host):
            continue
        (own if host in hosts or matches(mail.mx_patterns, host) else foreign).append(record)
    return own, foreign


def matches(patterns: Iterable[str], text: str) -> bool:
    """Whether any of some expressions is found in a lower-case name or text."""
    return any(re.search(pattern, text) for pattern in patterns)


def _filtered(request: Request) -> Message | None:
    """Who filters in front, so that the set must not be replaced without the user's word."""
    for gateway in _gateways(request):
        if any(trace.kind == "mx" for trace in gateway.evidence):
            return say("{gateway} filters the mail in front.", gateway=gateway.name)
    return None


def _shared(mail: Resolved, found: tuple[MX, ...]) -> Message | None:
    """Who receives beside the provider, so that the set must not be replaced without the user's word."""
    own, foreign = _parted(mail, found)
    if not (own and foreign):
        return None
    return say(
        "Mail is shared: {own} belongs to {provider}, {foreign} does not (split or dual delivery, or a "
        "second server of your own).",
        own=_hosts(own),
        foreign=_hosts(foreign),
        provider=mail.profile.name,
    )


def _divided(request: Request, mail: Resolved, found: tuple[MX, ...], why: Message) -> MxDecision:
    """Exchanges of several hands stay: which of them are meant to be there only the owner knows."""
    note = say(
        "{why} The MX records stay as they are, since mailboxes may be in use at both. If {provider} alone is to receive "
        "from now on, say --replace-mx.",
        why=why,
        provider=mail.profile.name,
    )
    edit = Edit("switch", request.domain, "MX", say("MX stay: {why}", why=why), "mx", needed=found)
    return MxDecision((edit,), (note,))


def _gateways(request: Request) -> tuple[Detected, ...]:
    """The gateways recognised; while something could not be read, those only hinted at too."""
    found = request.detection
    if found is None:
        return ()
    hints = tuple(h for h in found.hints if h.role == "gateway") if request.unread else ()
    return (*found.gateways, *hints)


def _keep(request: Request, mail: Resolved, found: tuple[MX, ...]) -> Edit:
    reason = say("mail already arrives at {provider}", provider=mail.profile.name)
    return Edit("switch", request.domain, "MX", reason, "mx", needed=found)


def _stay(request: Request, mail: Resolved, found: tuple[MX, ...], why: Message) -> MxDecision:
    inner = ", ".join(r.exchange for r in sorted(_known(mail.mx))) or say(
        "the mail server that {provider} names", provider=mail.profile.name
    )
    note = say(
        "{why} The MX records stay as they are. In the console of the service they point to, set the server "
        "that gets the filtered mail of {domain} to {inner}; make {provider} accept mail from that service. "
        "To point MX straight at {provider} instead, say --replace-mx.",
        why=why,
        domain=request.domain,
        inner=inner,
        provider=mail.profile.name,
    )
    reason = say("MX stay: {why}", why=why)
    edit = Edit("switch", request.domain, "MX", reason, "mx", needed=found)
    there = say(
        "the service that the MX point to hands the mail of {domain} to {inner} (see the notes), and a letter from outside "
        "has arrived there",
        domain=request.domain,
        inner=inner,
    )
    return MxDecision((edit,) if found else (), (note, *_where_inner(mail)), elsewhere=there)


def _where_inner(mail: Resolved) -> tuple[Message, ...]:
    """Where the tenant finds the server behind a filter, while he has not said which it is."""
    missing = {name for r in mail.mx for name in r.waiting_for}
    return tuple(
        say(
            "The mail server that {provider} names for what is behind a filter: {where}",
            provider=mail.profile.name,
            where=Message(w.where),
        )
        for w in mail.waiting
        if w.parameter in missing and w.where
    )


def _replace(request: Request, mail: Resolved, found: tuple[MX, ...]) -> Edit:
    wanted: tuple[Rdata, ...] = _known(mail.mx)
    proofs = tuple(r for r in found if matches(mail.profile.detect.mx_verification_only, r.exchange.lower()))
    missing = tuple(dict.fromkeys(name for r in mail.mx for name in r.waiting_for))
    reason = say("mail is to arrive at {provider}", provider=mail.profile.name)
    if found:
        old = _hosts(r for r in found if r not in proofs)
        reason = say("{reason}; this replaces the whole old set: {old}", reason=reason, old=old)
    if missing:
        reason = lacking(reason, mail, missing)
    return Edit(
        "switch",
        request.domain,
        "MX",
        reason,
        "mx",
        add=(*wanted, *proofs),
        whole=True,
        needed=wanted,
        waiting_for=missing,
        ttl=request.ttl,
    )


def _switch(
    request: Request, mail: Resolved, found: tuple[MX, ...], ttl: int | None, existing: Existing
) -> MxDecision:
    edits = [_replace(request, mail, found)]
    notes = []
    if found and (ttl is None or ttl > LOWERED_TTL) and found != (NULL_MX,):
        reason = say(
            "caches forget the old MX after {lowered} seconds instead of {ttl}, so the switch is quick",
            lowered=LOWERED_TTL,
            ttl=ttl if ttl is not None else say("an unknown time"),
        )
        edits.append(Edit("prepare", request.domain, "MX", reason, "ttl", ttl=LOWERED_TTL))
    if NULL_MX in found:
        notes.append(
            say(
                "{domain} publishes a null MX: today it takes no mail at all (RFC 7505). The new set replaces it.",
                domain=request.domain,
            )
        )
    implicit = existing.state(request.domain, "A")
    if not found and implicit.known and implicit.records:
        notes.append(
            say(
                "{domain} has no MX, so mail now goes to the address of the domain itself, {address} "
                "(RFC 5321 section 5.1). Collect what is in mailboxes there before the switch.",
                domain=request.domain,
                address=", ".join(map(str, implicit.records)),
            )
        )
    return MxDecision(tuple(edits), tuple(notes), stays=False)


def lacking(reason: Message, service: Resolved, missing: tuple[str, ...]) -> Message:
    """A reason with the values that are missing and where to find each."""
    for name in missing:
        waiting = next((w for w in service.waiting if w.parameter == name), None)
        where: object = (Message(waiting.where) if waiting and waiting.where else "") or say(
            "the console of {name}", name=service.profile.name
        )
        example = (
            say(" (for example {example})", example=waiting.example)
            if waiting and waiting.example
            else say("")
        )
        reason = say(
            "{reason}. Missing: {name} of {profile} (--set {setting}=VALUE). Where to find it: {where}{example}",
            reason=reason,
            name=name,
            setting=service.setting(name),
            profile=service.profile.id,
            where=where,
            example=example,
        )
    return reason


def _hosts(records: Iterable[MX]) -> str:
    return ", ".join(f"{r.preference} {r.exchange or '.'}" for r in sorted(records))
