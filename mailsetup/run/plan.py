"""
Planning: profiles and options made into a request, the plan built, and its end judged before anything is published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from mailsetup.model.errors import UsageError
from mailsetup.model.finding import DomainReport
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.names import DomainName
from mailsetup.model.nearest import nearest
from mailsetup.model.plan import Plan
from mailsetup.model.profile import Detection, Kind, Necessity, Profile, Resolved, State
from mailsetup.planning.build import build
from mailsetup.planning.dkim_names import is_key
from mailsetup.planning.request import (
    DEFAULT_TTL,
    DmarcChoice,
    MxChoice,
    Request,
    TransportChoice,
    names_of,
)
from mailsetup.planning.state import final_records, last_changes
from mailsetup.planning.undo import Undoing, undo

from .project import OWN_SETTINGS
from .sources import now

if TYPE_CHECKING:
    from mailsetup.edge.source import Source

    from .project import Project


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """
    What the user asked for.

    ``settings`` are the ``--set`` values: parameters of the profiles (``id.name`` where two share a name),
    or one of `OWN_SETTINGS`. ``dmarc_goal`` is none, quarantine or reject, ``""`` for dated steps only;
    ``spf_all`` a qualifier or ``""``; ``dns_host`` the panel the user means to use; ``extras`` optional
    records chosen by host label, purpose or profile id; ``written`` names the file of settings nobody typed.
    """

    provider: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    senders: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()
    keep_mx: bool = False
    replace_mx: bool = False
    no_mail: bool = False
    reports_to: tuple[str, ...] = ()
    dmarc_goal: str = ""
    strict_alignment: bool = False
    tls_reports_to: tuple[str, ...] = ()
    mta_sts: bool = False
    mta_sts_host: str = ""
    spf_all: str = ""
    extras: frozenset[str] = frozenset()
    time_zone: str = ""
    dns_host: str = ""
    selectors: tuple[str, ...] = ()
    predict: bool = True
    folders: tuple[Path, ...] = ()
    written: Mapping[str, str] = field(default_factory=dict)


def options_of(project: Project, options: PlanOptions | None = None) -> PlanOptions:
    """
    The project file's wishes, under those of the command line; another provider has other parameters.

    A domain without mail has neither provider nor senders, whatever the file names.
    """
    given = options or PlanOptions()
    if given.no_mail:
        project = replace(project, provider="", senders=(), parameters={})
    same = given.provider in ("", project.provider)
    dmarc, transport = project.dmarc, project.transport
    return replace(
        given,
        provider=given.provider or project.provider,
        settings={**(project.parameters if same else {}), **given.settings},
        written=dict.fromkeys(project.parameters.keys() - given.settings.keys(), project.origin),
        senders=tuple(dict.fromkeys((*project.senders, *given.senders))),
        reports_to=given.reports_to or _listed(dmarc.get("rua")),
        dmarc_goal=given.dmarc_goal or str(dmarc.get("policy", "")),
        strict_alignment=given.strict_alignment or bool(dmarc.get("strict", False)),
        tls_reports_to=given.tls_reports_to or _listed(transport.get("tls-rpt")),
        mta_sts=given.mta_sts or bool(transport.get("mta-sts", False)),
        mta_sts_host=given.mta_sts_host or str(transport.get("mta-sts-host", "")),
        time_zone=given.time_zone or project.time_zone,
    )


def _listed(value: Any) -> tuple[str, ...]:
    if not value:
        return ()
    return (
        tuple(map(str, value))
        if isinstance(value, list)
        else tuple(part.strip() for part in str(value).split(",") if part.strip())
    )


async def plan(domain: str, options: PlanOptions, source: Source, as_of: str | None = None) -> Plan:
    """
    The change set for a domain, with its end predicted by an audit of the world as planned.

    Raises `UsageError` for what cannot be meant: no provider, one that takes no domains, a value
    that no profile asks for.
    """
    from mailsetup.edge.drive import drive

    from .recognition import detection, detectors

    name = DomainName.parse(domain)
    taken = as_of or now()
    chosen = services(name, options)
    found = await drive(detection(name, detectors()), source)
    request = request_for(name, options, chosen, found, taken)
    made = await drive(build(request), source)
    if not options.predict:
        return made
    return replace(made, predicted=await predicted(made, source, options.selectors))


async def predicted(made: Plan, source: Source, selectors: tuple[str, ...] = ()) -> DomainReport:
    """
    What an audit will say once every change of a plan that does not wait is published.

    ``selectors`` are DKIM selectors in use that the user named: keys that stay are judged too.
    """
    from mailsetup.edge.overlay import Planned

    from .audit import AuditSettings, audit_domain

    final = final_records(made)
    gone = {owner for owner, _ in final if not any(r for (o, _), r in final.items() if o == owner)}
    stay = (s for s in selectors if f"{s}._domainkey.{made.domain}" not in gone)
    settings = AuditSettings(selectors=tuple(dict.fromkeys((*planned_selectors(made), *stay))))
    ttls = {target: change.ttl for target, change in last_changes(made).items()}
    world = Planned(final, source, DEFAULT_TTL, ttls)
    return await audit_domain(made.domain, world, settings, made.as_of)


def planned_selectors(made: Plan) -> tuple[str, ...]:
    """The DKIM selectors that hold a key at the end of a plan."""
    suffix = f"._domainkey.{made.domain}"
    return tuple(
        owner.removesuffix(suffix)
        for (owner, rdtype), records in final_records(made).items()
        if owner.endswith(suffix) and records and (rdtype == "CNAME" or any(map(is_key, records)))
    )


async def undo_plan(made: Plan, source: Source, as_of: str | None = None) -> Undoing:
    """The way back from a plan, from what stands there now."""
    from mailsetup.edge.drive import drive

    return await drive(undo(made, as_of or now()), source)


@dataclass(frozen=True, slots=True)
class Services:
    """The profiles named, filled for the domain."""

    mail: Resolved | None
    senders: tuple[Resolved, ...]
    leaving: tuple[Resolved, ...]


def services(domain: str, options: PlanOptions) -> Services:
    """The services of some options. Raises `UsageError` for a choice that cannot be planned."""
    from mailsetup.profiles import load, resolve

    _check_wishes(options)
    if options.keep_mx and options.replace_mx:
        raise UsageError(say("--keep-mx and --replace-mx contradict each other; give one of them"))
    if options.no_mail and (options.provider or options.senders):
        raise UsageError(say("--no-mail is for a domain without mail; leave out --provider and --sender"))
    if not (options.provider or options.senders or options.leave or options.no_mail):
        raise UsageError(
            say(
                "which provider is to take the mail? Give --provider ID (mailsetup providers lists them), or --no-mail"
            )
        )
    named = (*((options.provider,) if options.provider else ()), *options.senders)
    wanted = list({p.id: p for p in (load(i, options.folders) for i in named)}.values())
    for position, profile in enumerate(wanted):
        _plannable(profile, receives=position == 0 and bool(options.provider))
    leave = {p.id: p for p in (load(i, options.folders) for i in options.leave)}
    for left in leave:
        if left in {p.id for p in wanted}:
            raise UsageError(
                say(
                    "{left} cannot be taken up and left at once; drop it from --leave or from the providers",
                    left=left,
                )
            )
    values = assigned(wanted, options.settings, options.written)
    shared = shared_names(wanted)
    filled = [replace(resolve(p, domain, values[p.id]), shared=shared[p.id]) for p in wanted]
    _check_extras(options.extras, filled)
    mail = filled[0] if options.provider else None
    leaving = tuple(resolve(p, domain, {}) for p in leave.values())
    return Services(mail, tuple(filled[1:] if mail else filled), leaving)


def _check_extras(extras: Iterable[str], claimed: Iterable[Resolved]) -> None:
    """Refuses the name of an optional record that no service has: it would do nothing."""
    known: dict[str, None] = {}
    for service in claimed:
        if service.spf is not None and service.spf.necessity not in (
            Necessity.REQUIRED,
            Necessity.RECOMMENDED,
        ):
            known[service.profile.id] = None
        for record in service.records:
            if record.necessity is Necessity.OPTIONAL:
                known.update(dict.fromkeys(names_of(record, service.domain)))
    for extra in extras:
        if extra not in known:
            shown = ", ".join(sorted(filter(None, known))) or say("none")
            raise UsageError(
                say(
                    '--extra "{name}": no service chosen has such an optional record; known are {known}',
                    name=extra[:60],
                    known=shown,
                )
            )


def _check_wishes(options: PlanOptions) -> None:
    """Refuses wishes that would otherwise be dropped without a word."""
    if options.dns_host:
        _check_panel(options.dns_host)
    if options.spf_all.removesuffix("all") not in ("", "~", "-", "?"):
        raise UsageError(say('--spf-all "{spf_all}" is not one of ~, -, ?', spf_all=options.spf_all[:20]))
    for option, addresses in (("--rua", options.reports_to), ("--tls-rpt", options.tls_reports_to)):
        for address in addresses:
            if "@" not in address and not address.lower().startswith("https:"):
                raise UsageError(
                    say(
                        '{option} "{address}" is not an address; type one such as reports@example.com',
                        option=option,
                        address=address[:60],
                    )
                )
            if "," in address:
                raise UsageError(
                    say("{option} takes one address at a time; give it twice for two", option=option)
                )


def _check_panel(panel: str) -> None:
    from mailsetup.profiles.dns_hosts import dns_hosts

    known = [host.id for host in dns_hosts()] + [host.name for host in dns_hosts()]
    if panel in known:
        return
    near = nearest(panel, known)
    ids = ", ".join(host.id for host in dns_hosts())
    hint = say("did you mean {near}?", near=near[0]) if near else say("known are {known}", known=ids)
    raise UsageError(
        say('--dns-host "{panel}" is no DNS host known here; {hint}', panel=panel[:60], hint=hint)
    )


def _plannable(profile: Profile, *, receives: bool) -> None:
    if receives and profile.kind is Kind.SENDER:
        raise UsageError(
            say("{name} only sends and takes no mail; use --sender {id}", name=profile.name, id=profile.id)
        )
    if profile.plannable:
        return
    if profile.status.state in (State.CLOSING, State.CLOSED):
        raise UsageError(_ended(profile))
    if profile.kind is Kind.GATEWAY:
        raise UsageError(
            say(
                "{name} filters mail in front of a provider; name the provider behind it, and give --keep-mx",
                name=profile.name,
            )
        )
    raise UsageError(
        say("{name} cannot serve a domain of your own; choose another provider", name=profile.name)
    )


def _ended(profile: Profile) -> Message:
    """Why nothing is planned for a service that ends or has ended, and what to do instead."""
    status = profile.status
    values = {
        "name": profile.name,
        "day": status.ends_on,
        "what": Message(status.what_to_do) if status.what_to_do else say("choose another provider"),
    }
    closing = status.state is State.CLOSING
    if status.ends_on:
        return Message(
            phrase("{name} ends on {day}, so no new records are planned for it; {what}")
            if closing
            else phrase("{name} has closed on {day}, so no new records are planned for it; {what}"),
            values,
        )
    return Message(
        phrase("{name} ends, so no new records are planned for it; {what}")
        if closing
        else phrase("{name} has closed, so no new records are planned for it; {what}"),
        values,
    )


def assigned(
    profiles: Iterable[Profile],
    settings: Mapping[str, str],
    written: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, dict[str, str]]:
    """The ``--set`` values by profile. Raises `UsageError` naming the nearest known name, and the file it stands in."""
    profiles = list(profiles)
    values: dict[str, dict[str, str]] = {p.id: {} for p in profiles}
    names = {parameter.name for p in profiles for parameter in p.parameters}
    for key, value in settings.items():
        if key in OWN_SETTINGS:
            continue
        owner, dot, name = key.partition(".")
        fitting = [
            p
            for p in profiles
            if p.parameter(key) is not None or (dot and p.id == owner and p.parameter(name) is not None)
        ]
        if not fitting:
            near = nearest(key, [*names, *OWN_SETTINGS])
            hint = (
                say("did you mean {near}?", near=near[0])
                if near
                else say("known are {known}", known=", ".join(sorted((*names, *OWN_SETTINGS))))
            )
            where = f"{written[key]}: [domain.parameters]" if key in written else "--set"
            raise UsageError(
                say("{where} {key}: nothing asks for it; {hint}", where=where, key=key, hint=hint)
            )
        for profile in fitting[:1]:
            values[profile.id][name if dot and profile.parameter(key) is None else key] = value
    return values


def shared_names(profiles: Iterable[Profile]) -> dict[str, frozenset[str]]:
    """By profile the parameters that an earlier one asks for too: a bare ``--set name=`` goes to that one."""
    shared: dict[str, frozenset[str]] = {}
    taken: set[str] = set()
    for profile in profiles:
        names = {parameter.name for parameter in profile.parameters}
        shared[profile.id] = frozenset(names & taken)
        taken |= names
    return shared


def request_for(
    domain: str, options: PlanOptions, chosen: Services, found: Detection | None, as_of: str
) -> Request:
    """The request for the planner."""
    settings = options.settings
    zone = settings.get("time-zone", "") or options.time_zone
    host = options.mta_sts_host or settings.get("mta-sts-host", "")  # whoever names it wants the policy
    check_time_zone(zone)
    return Request(
        domain=domain,
        as_of=as_of,
        mail=chosen.mail,
        senders=chosen.senders,
        leaving=chosen.leaving,
        known=_also_there(domain, options, chosen, found),
        detection=found,
        mx=MxChoice.KEEP if options.keep_mx else MxChoice.REPLACE if options.replace_mx else MxChoice.PROPOSE,
        no_mail=options.no_mail,
        dmarc=DmarcChoice(
            options.reports_to or _listed(settings.get("rua")),
            _goal(options.dmarc_goal),
            {"adkim": "s", "aspf": "s"} if options.strict_alignment else {},
        ),
        transport=TransportChoice(
            options.tls_reports_to or _listed(settings.get("tls-rpt")),
            options.mta_sts or bool(host),
            host,
        ),
        extras=options.extras,
        spf_all=options.spf_all[:1],
        time_zone=zone,
        panel=options.dns_host,
        selectors=options.selectors,
    )


def _goal(policy: str) -> str:
    goal = policy.strip().lower()
    if goal not in ("", "none", "quarantine", "reject"):
        raise UsageError(
            say('"{policy}" is not a DMARC policy; it is none, quarantine or reject', policy=policy)
        )
    return goal


def _also_there(
    domain: str, options: PlanOptions, chosen: Services, found: Detection | None
) -> tuple[Resolved, ...]:
    """The services detected that are neither taken up nor left: what they need stays."""
    from mailsetup.profiles import load, profile_ids, resolve

    if found is None:
        return ()
    named = {s.profile.id for s in (*chosen.senders, *chosen.leaving)}
    if chosen.mail:
        named.add(chosen.mail.profile.id)
    known = profile_ids(options.folders)
    others = [d.profile_id for d in (*found.mailboxes, *found.gateways, *found.senders)]
    return tuple(
        resolve(load(i, options.folders), domain, {})
        for i in dict.fromkeys(others)
        if i not in named and i in known
    )


def check_time_zone(name: str) -> None:
    """Raises `UsageError` for a time zone that is not known here."""
    from zoneinfo import ZoneInfo, available_timezones

    if not name or name.upper() == "UTC":
        return
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = nearest(name, available_timezones())
        hint = say("did you mean {near}?", near=near[0]) if near else say("write it as Europe/Berlin")
        raise UsageError(
            say('"{name}" is not a time zone known here; {hint}', name=name, hint=hint)
        ) from None
