"""
A domain that neither receives nor sends: null MX, an SPF record that denies everybody, p=reject, no keys.

RFC 7505 for the null MX, RFC 7208 section 10.1.2 for SPF. Keys of the old mail go last, a week
after, so that letters still on their way verify; with them what asks for encrypted delivery to
hosts that take no mail any more, and for reports about it.
"""

from __future__ import annotations

from mailsetup.grammar.dmarc import RETIRED, is_dmarc, near_miss, parse_dmarc
from mailsetup.grammar.mta_sts import is_sts
from mailsetup.grammar.spf import is_spf
from mailsetup.grammar.tag_list import amended
from mailsetup.grammar.tls_rpt import is_tls_rpt
from mailsetup.model.dns import MX, TXT
from mailsetup.model.mail_records import DmarcRecord, Policy
from mailsetup.model.message import Message, say

from .dkim_names import is_key
from .dmarc_policy import destinations, host_of, owner_of
from .edits import Edit
from .existing import Existing
from .mx_set import LOWERED_TTL, NULL_MX, MxDecision
from .request import Request

DENY_ALL = TXT.of("v=spf1 -all")


def parked_edits(request: Request, existing: Existing) -> tuple[tuple[Edit, ...], tuple[Message, ...]]:
    """Every edit of a parked domain, and what its owner must know."""
    mx, notes = _no_mail(request, existing)
    notes = (*notes, *_in_use(request))
    return (
        *mx,
        _nobody_sends(request, existing),
        *_reject(request, existing),
        *_no_keys(request, existing),
        *_no_transport(request, existing),
    ), notes


def _in_use(request: Request) -> list[Message]:
    """The services that send as the domain today and would be refused."""
    senders = request.detection.senders if request.detection else ()
    return [
        say(
            "{name} is set up to send as {domain}. Once the domain is closed its letters are refused as forged.",
            name=found.name,
            domain=request.domain,
        )
        for found in senders
    ]


def _no_mail(request: Request, existing: Existing) -> tuple[tuple[Edit, ...], tuple[Message, ...]]:
    state = existing.state(request.domain, "MX")
    reason = say("{domain} takes no mail: senders give up at once (RFC 7505)", domain=request.domain)
    edits = [Edit("switch", request.domain, "MX", reason, "mx", add=(NULL_MX,), whole=True, ttl=request.ttl)]
    live = [r for r in state.records if isinstance(r, MX) and r.exchange]
    if not live:
        return tuple(edits), ()
    hosts = ", ".join(sorted(r.exchange for r in live))
    if state.ttl is None or state.ttl > LOWERED_TTL:
        lowered = say("caches forget the old MX after {lowered} seconds", lowered=LOWERED_TTL)
        edits.append(Edit("prepare", request.domain, "MX", lowered, "ttl", ttl=LOWERED_TTL))
    note = say(
        "{domain} receives mail today, at {hosts}. After the switch every letter to it is refused.",
        domain=request.domain,
        hosts=hosts,
    )
    return tuple(edits), (note,)


def _nobody_sends(request: Request, existing: Existing) -> Edit:
    state = existing.state(request.domain, "TXT")
    old = tuple(r for r in state.records if isinstance(r, TXT) and is_spf(r.text))
    reason = say("nobody may send as {domain} (RFC 7208 section 10.1.2)", domain=request.domain)
    return Edit(_then(existing, request), request.domain, "TXT", reason, "spf", add=(DENY_ALL,), remove=old)


def _then(existing: Existing, request: Request) -> str:
    """A domain in use, or that may be, stops sending with the switch; one that is not is closed at once."""
    state = existing.state(request.domain, "MX")
    in_use = not state.known or any(isinstance(r, MX) and r.exchange for r in state.records)
    return "switch" if in_use else "authenticate"


def _reject(request: Request, existing: Existing) -> tuple[Edit, ...]:
    owner = owner_of(request.domain)
    alias = existing.alias(owner)
    reason = say(
        "forged mail from {domain} is to be refused: it sends none of its own", domain=request.domain
    )
    if alias.known and alias.alias:
        hosted = say("the DMARC policy is hosted at {host}; set p=reject there", host=alias.alias)
        return (Edit("authenticate", owner, "CNAME", hosted, "dmarc", needed=(alias.alias,)),)
    records = existing.state(owner, "TXT").records
    old = tuple(r for r in records if isinstance(r, TXT) and (is_dmarc(r.text) or near_miss(r.text)))
    valid = [r for r in old if is_dmarc(r.text)]
    if len(valid) == 1 and _rejects(parse_dmarc(valid[0].text).value):
        return (Edit("authenticate", owner, "TXT", reason, "dmarc", needed=tuple(valid)),)
    base = valid[0].text if len(valid) == 1 else "v=DMARC1"
    reports = destinations(request, existing, MxDecision(), request.dmarc.reports_to).now
    reports = tuple(u for u in reports if host_of(u) != request.domain)  # nothing is received there any more
    elsewhere = _reports_elsewhere(request, base)
    closed = (tag for tag, uris in elsewhere.items() if not uris)
    text = amended(base, drop=("sp", "np", "t", *closed, *RETIRED), p="reject")
    text = amended(text, drop=(), **{tag: ",".join(uris) for tag, uris in elsewhere.items() if uris})
    if reports and not _reported(valid):
        text = amended(text, rua=",".join(reports))
    return (Edit(_then(existing, request), owner, "TXT", reason, "dmarc", add=(TXT.of(text),), remove=old),)


def _reports_elsewhere(request: Request, record: str) -> dict[str, list[str]]:
    """Of the report tags that name a mailbox of the domain itself, which is closed now, the other addresses."""
    parsed = parse_dmarc(record).value or DmarcRecord()
    named = {"rua": parsed.aggregate_reports, "ruf": parsed.failure_reports}
    sorted_ = {
        tag: [u for u in map(str, uris) if host_of(u) != request.domain] for tag, uris in named.items()
    }
    return {tag: uris for tag, uris in sorted_.items() if len(uris) < len(named[tag])}


def _reported(records: list[TXT]) -> bool:
    """Whether a record names an address for reports already."""
    return any((parse_dmarc(r.text).value or DmarcRecord()).aggregate_reports for r in records)


def _rejects(record: DmarcRecord | None) -> bool:
    return (
        record is not None
        and not record.testing
        and record.policy is Policy.REJECT
        and record.nonexistent_subdomain_policy is Policy.REJECT
        and record.existing_subdomain_policy is Policy.REJECT
        and record.percent in (None, 100)
    )


def _no_keys(request: Request, existing: Existing) -> tuple[Edit, ...]:
    """The keys found at the selectors that were looked at are withdrawn."""
    edits = []
    suffix = f"._domainkey.{request.domain}"
    reason = say("a domain that sends nothing has no keys")
    for question in existing.answers:
        if not question.name.endswith(suffix) or question.rdtype not in ("TXT", "CNAME"):
            continue
        state = existing.state(question.name, question.rdtype)
        keys = state.records if question.rdtype == "CNAME" else tuple(r for r in state.records if is_key(r))
        if keys:
            edits.append(Edit("retire", question.name, question.rdtype, reason, "dkim", remove=keys))
    return tuple(edits)


def _no_transport(request: Request, existing: Existing) -> tuple[Edit, ...]:
    """The announcements of an MTA-STS policy and of TLS reports are withdrawn: nothing is delivered here any more."""
    told = (("_mta-sts", is_sts, "mta-sts"), ("_smtp._tls", is_tls_rpt, "tls-rpt"))
    reason = say("no mail is delivered to {domain} any more", domain=request.domain)
    edits = []
    for label, ours, purpose in told:
        owner = f"{label}.{request.domain}"
        found = tuple(r for r in existing.state(owner, "TXT").records if isinstance(r, TXT) and ours(r.text))
        if found and not existing.state(owner, "TXT").alias:
            edits.append(Edit("retire", owner, "TXT", reason, purpose, remove=found))
    return tuple(edits)
