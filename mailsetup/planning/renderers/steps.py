"""The plan as a click path in plain words, for the control panel that the name servers belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mailsetup.model.dns import MX, SRV, TXT, Rdata, dotted, present
from mailsetup.model.dns_host import DnsHost, GenericSteps
from mailsetup.model.language import translated
from mailsetup.model.lines import folded
from mailsetup.model.message import Message, say
from mailsetup.model.names import printable
from mailsetup.model.plan import Action, Phase, Plan, RecordChange
from mailsetup.planning.held import held, left_out
from mailsetup.planning.moments import moment_words, zone_of
from mailsetup.planning.undo import is_way_back
from mailsetup.profiles.dns_hosts import generic_steps

from ._sets import file_of, relative, sentence

LONG_TEXT = 255  # octets of one TXT string, RFC 1035 section 3.3.14


def render(
    plan: Plan,
    phase: int | None = None,
    host: DnsHost | None = None,
    servers: tuple[str, ...] = (),
    time_zone: str = "",
) -> str:
    """
    Numbered steps, phase by phase; ``host`` is the panel's, ``servers`` the domain's name servers.

    Times are said in the plan's time zone, else in ``time_zone``.
    """
    zone = zone_of(plan, time_zone)
    generic = generic_steps()
    lines = list(_where(plan, host, servers, generic))
    number = 0
    out = {step.number for step in held(plan)}
    for step in plan.phases:
        if step.number in out or (phase is not None and step.number != phase):
            continue
        changes = [c for c in plan.changes if c.phase == step.number and c.action is not Action.KEEP]
        lines.extend(["", *_phase_head(step, plan.as_of, zone)])
        for change in changes:
            number += 1
            lines.extend(_change(number, change, plan.domain, host))
        lines.extend(folded(str(say("You are done with this phase when: {sign}", sign=step.closes_when)), ""))
    for missing in left_out(plan, phase):
        lines.extend(["", *folded(str(missing), "")])
    if host is not None and host.traps:
        lines.extend(["", str(say("Good to know about {host}:", host=host.name))])
        lines.extend(
            line
            for trap in host.traps
            for line in folded(translated(trap).replace("{domain}", plan.domain), "  - ")
        )
    lines.extend(["", *_advice(generic, plan, host, phase)])
    return "\n".join(lines) + "\n"


def _where(
    plan: Plan, host: DnsHost | None, servers: tuple[str, ...], generic: GenericSteps
) -> Iterator[str]:
    headed = (
        say("How to go back to the mail records that {domain} had before the plan", domain=plan.domain)
        if is_way_back(plan)
        else say("How to publish the mail records of {domain}", domain=plan.domain)
    )
    yield from folded(str(headed), "")
    yield ""
    if host is not None and host.sourced:
        yield from folded(
            str(
                say(
                    "Your DNS records live at {host}: its name servers answer for {domain}, wherever the domain was "
                    "bought. Sign in there and go to: {path}",
                    host=host.name,
                    domain=plan.domain,
                    path=_path(host.path, plan.domain),
                )
            ),
            "",
        )
        if host.url:
            yield f"  {host.url.replace('{domain}', plan.domain)}"
        yield from folded(
            str(say("The way is as of {date}; the names of buttons may have changed since.", date=host.date))
            if host.date
            else str(say("The names of buttons may differ.")),
            "",
        )
        return
    if host is not None:
        yield from folded(str(say("Your DNS records live at {host}.", host=host.name)), "")
    elif servers:
        names = ", ".join(servers)
        yield from folded(str(say("The name servers of the domain are {servers}.", servers=names)), "")
    shown = ", ".join(servers) or str(say("see the NS records of the domain"))
    for number, step in enumerate(generic.steps, 1):
        yield from folded(translated(step).replace("{ns_hosts}", shown), f"  {number}. ")
    yield from folded(str(say("The names of menus and buttons may differ from host to host.")), "")


def _path(path: tuple[str, ...], domain: str) -> str:
    return " > ".join(_own(part).replace("{domain}", domain) for part in path)


def _own(text: str) -> str:
    """A text of a panel's file. A single word is the name of a menu and stays: our own word for it would mislead."""
    return translated(text) if " " in text else text


def _phase_head(step: Phase, as_of: str, zone: str) -> Iterator[str]:
    yield from folded(f"== {step.number}. {step.title} ==", "", "   ")
    if step.earliest and step.earliest > as_of:
        yield from folded(str(say("Do not start before {date}.", date=moment_words(step.earliest, zone))), "")
    yield from folded(sentence(step.why_then), "")
    for block in step.blocked_by:
        yield from folded(str(block), f"{sentence(say('first:'))} ", "  ")


def _change(number: int, change: RecordChange, domain: str, host: DnsHost | None) -> Iterator[str]:
    yield ""
    if change.action is Action.WAITING:
        yield from folded(
            str(
                say(
                    "Wait with {owner} ({type}): {reason}",
                    owner=change.owner,
                    type=change.rdtype,
                    reason=sentence(change.reason),
                )
            ),
            f"{number}. ",
        )
        return
    gone = [r for r in change.before if r not in change.after]
    new = [r for r in change.after if r not in change.before]
    if not gone and not new:
        yield from folded(_ttl_only(change, domain, host), f"{number}. ")
        return
    yield from folded(sentence(change.reason), f"{number}. ")
    pairs = min(len(gone), len(new)) if change.rdtype in ("TXT", "CNAME") else 0
    gone, new = _alike_first(gone, new)
    for old, fresh in zip(gone[:pairs], new[:pairs], strict=True):
        yield from _edit(old, fresh, change, domain, host)
    deleted = [
        line
        for old in gone[pairs:]
        for line in (f"   {say('Delete the record:')}", *_fields(old, change, domain, host, ttl=False))
    ]
    added = [
        line
        for fresh in new[pairs:]
        for line in (f"   {say('Add a record:')}", *_fields(fresh, change, domain, host, ttl=True))
    ]
    yield from (*added, *deleted) if _overlap(change) else (*deleted, *added)


def _overlap(change: RecordChange) -> bool:
    """
    Whether the new records are entered before the old ones are deleted.

    A panel that saves each row leaves a domain without mail hosts in between, and mail then goes to its
    website (RFC 5321 section 5.1). A null MX may stand beside no other (RFC 7505 section 3).
    """
    hosts = [r for r in (*change.before, *change.after) if isinstance(r, MX)]
    return change.rdtype == "MX" and all(r.exchange for r in hosts)


def _alike_first(gone: list[Rdata], new: list[Rdata]) -> tuple[list[Rdata], list[Rdata]]:
    """Both lists with what belongs together at the same place in front: an SPF record becomes an SPF record."""
    left, front, facing = list(gone), [], []
    for fresh in new:
        old = next((r for r in left if _kind(r) and _kind(r) == _kind(fresh)), None)
        if old is not None:
            left.remove(old)
            front.append(old)
            facing.append(fresh)
    return front + left, facing + [r for r in new if r not in facing]


def _kind(rdata: Rdata) -> str:
    """What a text says it is: its version (``v=spf1``), or the name before its first equals sign."""
    text = rdata.text.strip().lower() if isinstance(rdata, TXT) else ""
    if text.startswith("v="):
        return re.split(r"[\s;]", text, maxsplit=1)[0]
    return text.partition("=")[0] if "=" in text else ""


def _ttl_only(change: RecordChange, domain: str, host: DnsHost | None) -> str:
    name = _name_field(change.owner, domain, host)
    return str(
        say(
            "Edit the {type} records named {name}: set the TTL to {ttl} seconds and leave the rest as it is. {reason}",
            type=change.rdtype,
            name=name,
            ttl=change.ttl,
            reason=sentence(change.reason),
        )
    )


def _edit(old: Rdata, new: Rdata, change: RecordChange, domain: str, host: DnsHost | None) -> Iterator[str]:
    yield from folded(str(say("Edit the record that now reads:")), "   ")
    yield f"     {_value(old, change.rdtype, host)}"
    yield f"   {say('so that it becomes:')}"
    yield from _fields(new, change, domain, host, ttl=True)


def _fields(
    rdata: Rdata, change: RecordChange, domain: str, host: DnsHost | None, *, ttl: bool
) -> Iterator[str]:
    labels: dict[str, Any] = dict(host.labels) if host is not None else {}
    rows = [
        (str(say("Type")), change.rdtype),
        (_own(labels.get("name", "")) or str(say("Name")), _name_field(change.owner, domain, host)),
    ]
    value_label = _for_type(_own(labels.get("value", "")), change.rdtype) or str(say("Value"))
    separate = host is None or host.form.get("mx_priority", "separate") == "separate"
    match rdata:
        case MX(preference, exchange):
            target = _target(exchange, host)
            rows.append(
                (labels.get("mx_target", value_label), target if separate else f"{preference} {target}")
            )
            if separate:
                rows.append((labels.get("priority") or str(say("Priority")), str(preference)))
        case SRV(priority, weight, port, host_name):
            rows += [
                (str(say("Priority")), str(priority)),
                (str(say("Weight")), str(weight)),
                (str(say("Port")), str(port)),
            ]
            rows.append((str(say("Target")), _target(host_name, host)))
        case _:
            rows.append((value_label, _value(rdata, change.rdtype, host)))
    if ttl:
        rows.append(("TTL", str(say("{ttl} seconds, or the nearest the form offers", ttl=change.ttl))))
    width = max(len(label) for label, _ in rows)
    yield from (f"     {label:<{width}}  {printable(value)}" for label, value in rows)


def _for_type(label: str, rdtype: str) -> str:
    """Of a label that changes with the type, ``Content (TXT), Target (CNAME)``, the one for this type."""
    for name, types in re.findall(r"([^,()]+) \(([A-Z, ]+)\)", label):
        if rdtype in types.split(", "):
            return str(name).strip()
    return label


def _name_field(owner: str, domain: str, host: DnsHost | None) -> str:
    name = relative(owner, domain)
    if name != "@":
        return name
    apex = host.form.get("apex", "@") if host is not None else "@"
    return {
        "empty": str(say("(leave the field empty)")),
        "full": domain,
        "none": str(say("(pick {domain} itself)", domain=domain)),
    }.get(apex, "@")


def _target(name: str, host: DnsHost | None) -> str:
    wants_dot = host is not None and host.form.get("trailing_dot") == "required"
    return dotted(name) if wants_dot or not name else name


def _value(rdata: Rdata, rdtype: str, host: DnsHost | None) -> str:
    if isinstance(rdata, TXT):
        if host is not None and host.form.get("txt_split") == "manual" and len(rdata.text) > LONG_TEXT:
            return " ".join(
                f'"{rdata.text[i : i + LONG_TEXT]}"' for i in range(0, len(rdata.text), LONG_TEXT)
            )
        quotes = host is not None and host.form.get("txt_quotes") == "yes"
        return f'"{rdata.text}"' if quotes else rdata.text
    if isinstance(rdata, str) and rdtype in ("CNAME", "NS", "PTR"):
        return _target(rdata, host)
    return present(rdata, rdtype)


def _advice(generic: GenericSteps, plan: Plan, host: DnsHost | None, phase: int | None) -> Iterator[str]:
    wanted = ["single_record_advice", "mx_advice"]
    if host is None or not host.sourced:
        wanted = ["name_advice", "apex_advice", "dot_advice", "txt_advice", *wanted]
    yield str(say("Mind:"))
    for key in wanted:
        if key in generic.advice:
            yield from folded(translated(generic.advice[key]).replace("{domain}", plan.domain), "  - ")
    if plan.phases:
        yield from folded(str(_verify(plan, phase or plan.phases[0].number)), "  - ")


def _verify(plan: Plan, number: int) -> Message:
    """How to look whether a phase is published: by the saved plan, whose phases keep their numbers."""
    values: dict[str, object] = {"number": number, "file": file_of(plan)}
    if is_way_back(plan):
        return Message(
            "When you have saved, run: mailsetup verify --plan {file} --phase {number} --wait 30m ({file} is this way back "
            "itself: save it with --output {file})",
            values,
        )
    return Message(
        "When you have saved the records of a phase, run: mailsetup verify --plan {file} --phase {number} --wait 30m, with "
        "the number of that phase ({file} is this plan: save it with --output {file} before you publish anything)",
        values,
    )
