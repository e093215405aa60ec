"""
What the reader of a plan must know beside its changes: where records belong, what stays, what is in the way.
"""

from __future__ import annotations

from mailsetup.grammar.public_suffix import is_public_suffix
from mailsetup.grammar.spf import is_spf
from mailsetup.model.dns import MX, TXT, present
from mailsetup.model.dns_host import DnsHost
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.names import is_within
from mailsetup.profiles.dns_hosts import host_of
from mailsetup.walks.wildcards import control_label

from .dmarc_policy import InForce
from .edits import Edit, identity
from .existing import Existing
from .mx_set import MxDecision
from .request import MxChoice, Request


def flattens(host: DnsHost) -> bool:
    """Whether a DNS host takes a CNAME at the domain itself and publishes addresses in its place."""
    return str(host.form.get("cname_apex", "")).startswith("allowed")


def flattened_note(owner: str, target: str, host: DnsHost) -> Message:
    """What an alias means at a host that publishes addresses in its place."""
    return say(
        "{owner} is an alias of {target} in this zone. {host} publishes its addresses in place of the alias, so MX and TXT "
        "may stand beside it there; at another host they may not (RFC 1034 section 3.6.2).",
        owner=owner,
        target=target,
        host=host.name,
    )


def alias_note(domain: str, owner: str, target: str, host: DnsHost | None) -> Message:
    """Why an alias holds everything back, and what to do about it; at the domain itself it cannot just go."""
    if owner != domain:
        return say(
            "{owner} is an alias (CNAME) of {target}, and nothing may stand beside a CNAME (RFC 1034 section 3.6.2). If "
            "nothing uses the alias any more, delete it first; else make the change where {target} is looked after. "
            "Then run the plan again.",
            owner=owner,
            target=target,
        )
    habit = str(host.form.get("cname_apex", "")) if host else ""
    known = say(" {host}: {habit}.", host=host.name, habit=habit) if host and habit else say("")
    return say(
        "{owner} is an alias (CNAME) of {target}, and nothing may stand beside a CNAME (RFC 1034 section 3.6.2): with it "
        "in place {owner} has no mail records of its own. Ask your DNS host for ALIAS, ANAME or CNAME flattening, or "
        "replace the alias by the addresses of {target}; then run the plan again.{known}",
        owner=owner,
        target=target,
        known=known,
    )


def said_of_services(request: Request) -> list[Message]:
    """What the profiles warn of: odd values, services that end or were renamed."""
    notes: list[Message] = []
    for service in request.claimed:
        notes += service.warnings
        status = service.profile.status
        if status.what_to_do:
            notes.append(
                say("{service}: {what}", service=service.profile.name, what=Message(status.what_to_do))
            )
        if status.ends_on:
            notes.append(say("{service} ends on {date}.", service=service.profile.name, date=status.ends_on))
    return notes


def propose_leaving(request: Request, mx: MxDecision) -> list[Message]:
    """Who receives today, or behind a filter, and will not after the switch, if nobody said whether it is left."""
    behind = mx.elsewhere is not None and request.mx is MxChoice.PROPOSE
    if (mx.stays and not behind) or request.detection is None:
        return []
    decided = {s.profile.id for s in (*request.claimed, *request.leaving)}
    open_still = [found for found in request.detection.mailboxes if found.profile_id not in decided]
    return [Message(_BEHIND if behind else _LEFT, {"name": f.name, "id": f.profile_id}) for f in open_still]


_LEFT = phrase(
    "{name} receives the mail today. When it is no longer needed, --leave {id} plans the removal of its records "
    "as the last phase."
)
_BEHIND = phrase(
    "{name} seems to hold the mailboxes behind the filter today. When it is no longer needed, --leave {id} plans "
    "the removal of its records as the last phase."
)


def sending_first(request: Request, in_force: InForce) -> tuple[Message, ...]:
    """What the owner asks the new provider for before the switch, where no profile knows how it sends."""
    mail = request.mail
    if mail is None or not mail.profile.sends:
        return ()
    name = mail.profile.name
    first = []
    if mail.spf is None or not (mail.spf.mechanisms or mail.spf.waiting_for):
        first.append(
            say(
                "{service} may send as {domain}: what it needs in the SPF record is not known here. Ask its support, and "
                "add that to the record",
                service=name,
                domain=request.domain,
            )
        )
    if not mail.dkim and in_force.may_be_enforced:
        first.append(
            say(
                "{service} signs its letters: a DMARC policy is in force, and the keys of this provider are not known here. "
                "Ask its support for them, publish them, send a letter and look for dkim=pass",
                service=name,
            )
        )
    return tuple(first)


def place_notes(request: Request, existing: Existing, edits: tuple[Edit, ...]) -> list[Message]:
    """Which zone the records belong to, where that is not the obvious one."""
    domain, zone = request.domain, existing.zone
    servers = ", ".join(existing.servers)
    notes = []
    if is_public_suffix(domain):
        notes.append(
            say(
                "{domain} is a public suffix: names are registered below it. Is it the one you mean?",
                domain=domain,
            )
        )
    if existing.missing and not (zone and is_within(domain, zone) and not is_public_suffix(zone)):
        notes.append(
            say("{domain} does not exist in DNS yet; register it, or delegate it, first.", domain=domain)
        )
    if zone and zone != domain and is_within(domain, zone):
        notes.append(
            say(
                "{domain} is part of the zone {zone}: publish its records there ({servers}).",
                domain=domain,
                zone=zone,
                servers=servers or zone,
            )
        )
    for cut, names in sorted({existing.delegation(e.owner) for e in edits} - {("", ())}):
        notes.append(
            say(
                "{cut} is delegated to {servers}: records at and below it are published there, not in the zone of {domain}.",
                cut=cut,
                servers=", ".join(names),
                domain=domain,
            )
        )
    notes += _wrong_panel(request, servers, existing)
    return notes


def _wrong_panel(request: Request, servers: str, existing: Existing) -> list[Message]:
    """A panel that the name servers do not belong to changes nothing."""
    certain, matching = host_of(existing.servers)
    if not request.panel or not servers or request.panel in {h.id for h in matching}:
        return []
    real = certain or (matching[0] if matching else None)
    return [
        say(
            "You named {panel} as the place of your DNS records, but the name servers of {domain} are {servers} ({host}): "
            "what is entered elsewhere has no effect. Publish the records where the name servers are.",
            panel=request.panel,
            domain=request.domain,
            servers=servers,
            host=real.name if real else say("no DNS host known to this program"),
        )
    ]


def wildcard_note(request: Request, existing: Existing, hosts: tuple[MX, ...] | None) -> list[Message]:
    """A wildcard that receives the mail of the names below at other hosts than the plan's; None: the MX stay."""
    answer = existing.answer(f"{control_label(request.domain)}.{request.domain}", "MX")
    found = sorted(r for r in answer.records if isinstance(r, MX) and r.exchange)
    if hosts is None or not answer.found or answer.aliases:
        return []
    if not {r.exchange.lower() for r in found} - {r.exchange.lower() for r in hosts}:
        return []
    return [
        say(
            "A wildcard receives the mail of every name below {domain} that has no records of its own: {wildcard} MX "
            "{hosts}. It stays, so that mail goes there as before; change or delete it yourself if it is to end.",
            domain=request.domain,
            wildcard=f"*.{request.domain}",
            hosts=", ".join(present(r, "MX") for r in found),
        )
    ]


def untouched(existing: Existing, edits: tuple[Edit, ...]) -> list[Message]:
    """The texts that stay at names the plan writes to: nobody claims them, so nobody touches them."""
    notes = []
    for owner, rdtype in sorted({e.target for e in edits if e.rdtype == "TXT"}):
        own = [e for e in edits if e.target == (owner, rdtype)]
        ours = {identity(r) for e in own for r in (*e.remove, *e.add, *(e.needed or ()))}
        found = existing.state(owner, rdtype).records
        foreign = [
            r.text for r in found if isinstance(r, TXT) and identity(r) not in ours and not is_spf(r.text)
        ]
        if foreign and not any(e.whole for e in own):
            notes.append(
                say(
                    "These texts at {owner} stay as they are: {texts}",
                    owner=owner,
                    texts="; ".join(f'"{text[:60]}"' for text in foreign[:12]),
                )
            )
    return notes
