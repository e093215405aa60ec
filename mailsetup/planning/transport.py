"""
TLS reports and MTA-STS: only when asked for, the policy file before the record, ``testing`` before ``enforce``.

A sender that sees the record and cannot fetch the policy, or finds an MX in it that no longer
takes mail, delays or refuses mail (RFC 8461 sections 4 and 5). So the record comes last, and a
policy that is in force already must name the new exchanges before the MX are switched.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import NamedTuple

from mailsetup.grammar.tag_list import amended
from mailsetup.grammar.tls_rpt import is_tls_rpt, parse_tls_rpt
from mailsetup.model.dns import MX, TXT
from mailsetup.model.mail_records import ReportUri, StsMode, StsPolicy, StsRecord
from mailsetup.model.message import Message, say
from mailsetup.model.retold import as_message

from .dmarc_policy import destinations, looked_after_elsewhere
from .edits import Edit
from .existing import Existing
from .mx_set import MxDecision
from .request import Request

ID_LENGTH = 20  # of at most 32 letters and digits (RFC 8461 section 3.1)
POLICY_PATH = "/.well-known/mta-sts.txt"  # RFC 8461 section 3.3


class Transport(NamedTuple):
    """``files`` are texts to host, by URL; ``before_switch`` is what must be true before MX change."""

    edits: tuple[Edit, ...] = ()
    notes: tuple[Message, ...] = ()
    files: Mapping[str, str] = {}
    before_switch: tuple[Message, ...] = ()


def policy_id(text: str) -> str:
    """The id of a policy: the same text always has the same one, another text another (RFC 8461 section 3.1)."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:ID_LENGTH]


def policy_url(domain: str) -> str:
    """Where senders fetch the policy."""
    return f"https://mta-sts.{domain}{POLICY_PATH}"


def transport_targets(request: Request) -> list[tuple[str, str]]:
    """The record sets read for transport security; always, since a policy in force limits a switch."""
    domain = request.domain
    host = f"mta-sts.{domain}"
    return [(f"_mta-sts.{domain}", "TXT"), (f"_smtp._tls.{domain}", "TXT"), (host, "A"), (host, "CNAME")]


def transport_edits(
    request: Request, existing: Existing, mx: MxDecision, exchanges: tuple[str, ...]
) -> Transport:
    """What is asked for of TLS-RPT and MTA-STS; ``exchanges`` are the MX hosts after the plan."""
    reports = _tls_reports(request, existing, mx)
    policy = _policy(request, existing, exchanges) if request.transport.mta_sts else Transport()
    return Transport(
        (*reports.edits, *policy.edits),
        (*reports.notes, *policy.notes),
        policy.files,
        _before_switch(request, existing, mx, exchanges),
    )


def _before_switch(
    request: Request, existing: Existing, mx: MxDecision, exchanges: tuple[str, ...]
) -> tuple[Message, ...]:
    if mx.stays:
        return ()
    state = existing.state(f"_mta-sts.{request.domain}", "TXT")
    if not state.known:
        return (
            say(
                "it is known whether an MTA-STS policy is in force ({detail}): if one is, it must name the new exchanges "
                "first. Run the plan again when the name servers answer",
                detail=as_message(state.detail),
            ),
        )
    live = any(isinstance(r, TXT) and r.text.startswith("v=STSv1") for r in state.records) or state.alias
    if not live:
        return ()
    return (
        say(
            "the MTA-STS policy at {url} names the new exchanges ({exchanges}) beside the old ones, its id was changed, and "
            "max_age of the old policy has passed: until then senders refuse servers that the policy does not name",
            url=policy_url(request.domain),
            exchanges=", ".join(exchanges) or say("not known yet"),
        ),
    )


def _tls_reports(request: Request, existing: Existing, mx: MxDecision) -> Transport:
    wanted = request.transport.tls_reports_to
    if not wanted:
        return Transport()
    owner = f"_smtp._tls.{request.domain}"
    alias = existing.alias(owner)
    if alias.known and alias.alias:
        return Transport((), (looked_after_elsewhere(owner, alias.alias),))
    https = tuple(u for u in wanted if u.lower().startswith("https:"))
    mail = destinations(request, existing, mx, tuple(u for u in wanted if u not in https), consent=False)
    usable = (*https, *mail.all)
    if not usable:
        return Transport((), mail.notes)
    old = tuple(r for r in existing.state(owner, "TXT").records if isinstance(r, TXT) and is_tls_rpt(r.text))
    reason = say("senders report failed encryption to this address (RFC 8460)")
    known = [str(uri) for r in old for uri in _addresses(r.text)]
    first = {uri.lower(): uri for uri in reversed((*known, *usable))}
    uris = [first[key] for key in dict.fromkeys(map(str.lower, (*known, *usable)))]
    if len(old) == 1 and len(uris) == len(known):
        return Transport((Edit("authenticate", owner, "TXT", reason, "tls-rpt", needed=old),), mail.notes)
    base = old[0].text if old else "v=TLSRPTv1"
    record = TXT.of(amended(base, rua=",".join(uris)))
    phase = "switch" if mail.later else "authenticate"
    edit = Edit(phase, owner, "TXT", reason, "tls-rpt", add=(record,), remove=old)
    return Transport((edit,), mail.notes)


def _addresses(text: str) -> tuple[ReportUri, ...]:
    """Where the reports of a record go; those of several are joined, so that nobody loses his."""
    record = parse_tls_rpt(text).value
    return record.reports if record is not None else ()


def _policy(request: Request, existing: Existing, exchanges: tuple[str, ...]) -> Transport:
    """The policy file, the host that serves it and the record, in this order."""
    domain, url = request.domain, policy_url(request.domain)
    owner, host = f"_mta-sts.{domain}", f"mta-sts.{domain}"
    if not exchanges:
        return Transport(
            (), (say("MTA-STS waits: the exchanges of {domain} are not known yet.", domain=domain),)
        )
    alias = existing.alias(owner)
    if alias.known and alias.alias:
        return Transport((), (looked_after_elsewhere(owner, alias.alias),))
    place = _place(request, existing, host)
    if place is None:
        return Transport((), (_no_place(existing, url, host),))
    text = str(StsPolicy(StsMode.TESTING, request.transport.max_age, exchanges))
    record = TXT.of(str(StsRecord(policy_id(text))))
    old = tuple(
        r for r in existing.state(owner, "TXT").records if isinstance(r, TXT) and r.text.startswith("v=STSv1")
    )
    if old:
        note = say(
            "{owner} is published already; its policy is looked after at {url} and stays as it is.",
            owner=owner,
            url=url,
        )
        kept = Edit("retire", owner, "TXT", say("MTA-STS is in use already"), "mta-sts", needed=old)
        return Transport((kept,), (note,))
    note = say(
        "Host the policy file at {url} first (HTTPS with a certificate for {host}, answer 200, no redirect), open it in a "
        "browser, and only then publish {owner}. It starts with mode: testing; after two weeks of TLS reports without a "
        "failure change it to mode: enforce and give the record the new id.",
        url=url,
        host=host,
        owner=owner,
    )
    reason = say("tells senders to fetch the policy at {url}; last of all, once the file is there", url=url)
    last = Edit("retire", owner, "TXT", reason, "mta-sts", add=(record,))
    return Transport((*place, last), (note,), {url: text})


def _place(request: Request, existing: Existing, host: str) -> tuple[Edit, ...] | None:
    """The edits that give the policy a host: none when it has one, None when nobody said where."""
    alias, address = existing.alias(host), existing.state(host, "A")
    if (alias.known and alias.alias) or address.records:
        return ()
    given = request.transport.policy_host.rstrip(".").lower()
    if not given:
        return None
    rdtype = "A" if re.fullmatch(r"[0-9.]+", given) else "AAAA" if ":" in given else "CNAME"
    reason = say("the host that serves the MTA-STS policy file")
    return (Edit("authenticate", host, rdtype, reason, "mta-sts", add=(given,), whole=True),)


def _no_place(existing: Existing, url: str, host: str) -> Message:
    """Why there is no plan for it; a name that gave no answer is not one that nobody serves."""
    if any(not existing.state(host, rdtype).known for rdtype in ("A", "CNAME")):
        return say(
            "MTA-STS is not planned: whether anything serves {url} is not known, since {host} gave no usable answer, and "
            "no place for the policy file was named. Name it with mta-sts-host under [transport] in the project file, "
            "or run the plan again where {host} can be asked.",
            url=url,
            host=host,
        )
    return say(
        "MTA-STS is not planned: nothing serves {url}, and no place for the policy file was named. Any web host with "
        "HTTPS for {host} will do; name it with mta-sts-host under [transport] in the project file. A record "
        "without a policy file protects nobody.",
        url=url,
        host=host,
    )


def exchanges_after(edits: tuple[Edit, ...], existing: Existing, domain: str) -> tuple[str, ...]:
    """The MX hosts once the plan is carried out; empty while a value is missing."""
    for edit in edits:
        if edit.target == (domain, "MX") and edit.phase == "switch":
            if edit.waiting_for or edit.blocked:
                return ()
            records = edit.add or edit.needed or ()
            return tuple(r.exchange for r in records if isinstance(r, MX) and r.exchange)
    state = existing.state(domain, "MX")
    return tuple(r.exchange for r in state.records if isinstance(r, MX) and r.exchange)
