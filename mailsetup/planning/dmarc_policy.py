"""
What becomes of the DMARC policy: never weakened, begun at ``p=none``, led to enforcement by dated steps.

Decisions
---------
- A missing record is created with ``p=none`` and the reports' address the user gave. Reports to a
  mailbox of the domain itself begin with the switch of the MX, since the mailbox does not receive
  before. Without any usable address ``p=none`` alone is published, which is valid (RFC 9989
  section 4.7), and the steps to enforcement stay blocked: they rest on reports.
- Several records count as none for receivers (RFC 9989 section 4.10), so no policy is in force. They
  become one, that which asks for least: joining them must not refuse the mail of a domain whose keys
  nobody has seen work. The dated steps lead back to enforcement.
- A hosted record (``_dmarc`` is a CNAME, or delegated) belongs to its host and stays.
- A sub-domain that inherits a policy from above gets no record of its own: ``p=none`` there would
  weaken what is in force.
- ``reject`` is shown as a choice: general-purpose mail domains should stop at quarantine, for the
  sake of mailing lists (RFC 9989 section 7.4).
"""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from mailsetup.grammar.dmarc import RETIRED, is_dmarc, near_miss, parse_dmarc
from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.grammar.tag_list import amended
from mailsetup.model.dns import MX, TXT
from mailsetup.model.errors import UsageError
from mailsetup.model.mail_records import DmarcRecord, Policy
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.names import NAME_LIMIT, DomainName

from .dkim_names import unread
from .edits import Edit
from .existing import Existing
from .mx_set import MxDecision
from .request import Request

GATE_DAYS = 14  # of reports before each step: a full business cycle
STEPS = (Policy.QUARANTINE, Policy.REJECT)
STEP_PHASES = ("enforce", "enforce-2")


class InForce(NamedTuple):
    """The policy receivers apply to the domain today: its own or the one inherited from ``name``."""

    policy: Policy | None = None
    known: bool = True
    name: str = ""
    own: bool = False

    @property
    def enforced(self) -> bool:
        """Whether mail that fails is quarantined or refused today."""
        return self.policy is not None and self.policy.strength > 0

    @property
    def may_be_enforced(self) -> bool:
        """The same, and what could not be read may be such a policy."""
        return self.enforced or not self.known


class Step(NamedTuple):
    """One dated step towards enforcement: the policy, the record to publish, and whether the plan holds the change."""

    phase: str
    policy: Policy
    text: str
    planned: bool


class DmarcDecision(NamedTuple):
    """``reported`` is True when aggregate reports will arrive, without which no step is safe."""

    edits: tuple[Edit, ...] = ()
    notes: tuple[Message, ...] = ()
    steps: tuple[Step, ...] = ()
    reported: bool = False


class Destinations(NamedTuple):
    """Report addresses: usable at once, usable once the MX were switched, and why others are not."""

    now: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    notes: tuple[Message, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every address that may be published some time."""
        return self.now + self.later


def owner_of(domain: str) -> str:
    """Where the record stands (RFC 9989 section 4.5)."""
    return f"_dmarc.{domain}"


def report_uri(given: str) -> str:
    """An address or URI as the ``rua`` tag wants it: its domain in A-labels; comma, semicolon and ``!`` percent-encoded."""
    text = given.strip()
    uri = text if text.lower().startswith(("mailto:", "https:")) else f"mailto:{text}"
    if not uri.isascii() and "@" in uri:
        mailbox, _, host = uri.rpartition("@")
        with suppress(UsageError):  # what is no domain stays, and `_foreign_fault` says so
            uri = f"{mailbox}@{DomainName.parse(host)}"
    return uri.replace(",", "%2C").replace(";", "%3B").replace("!", "%21")


def host_of(uri: str) -> str:
    """The domain of a ``mailto:`` URI, ``""`` for others."""
    if not uri.lower().startswith("mailto:"):
        return ""
    return uri[7:].partition("?")[0].rpartition("@")[2].lower().rstrip(".")


def consent_name(domain: str, host: str) -> str:
    """Where a foreign destination says that it takes reports about a domain (RFC 9990 section 4)."""
    return f"{domain}._report._dmarc.{host}"


def destination_targets(request: Request) -> list[tuple[str, str]]:
    """The record sets outside the domain that report addresses depend on."""
    out = []
    for given in (*request.dmarc.reports_to, *request.transport.tls_reports_to):
        host = host_of(report_uri(given))
        if host and host != request.domain and len(host) <= NAME_LIMIT:
            out += [(host, "MX"), (host, "A")]
            if len(consent_name(request.domain, host)) <= NAME_LIMIT:
                out.append((consent_name(request.domain, host), "TXT"))
    return out


def destinations(
    request: Request, existing: Existing, mx: MxDecision, given: tuple[str, ...], *, consent: bool = True
) -> Destinations:
    """
    Which of the given addresses may be published, and when.

    ``consent`` False is for reports that need no word of the destination's domain: those on TLS (RFC 8460).
    """
    now: list[str] = []
    later: list[str] = []
    notes: list[Message] = []
    for uri in map(report_uri, given):
        host = host_of(uri)
        if host == request.domain:
            when = _own_mailbox(request, existing, mx)
            if when is None:
                notes.append(
                    say(
                        "{uri} cannot take reports: {domain} receives no mail, now or by this plan.",
                        uri=uri,
                        domain=request.domain,
                    )
                )
            else:
                (later if when else now).append(uri)
            continue
        fault = _foreign_fault(request.domain, uri, host, existing, consent=consent)
        if fault is None:
            now.append(uri)
        else:
            notes.append(fault)
    return Destinations(tuple(now), tuple(later), tuple(notes))


def _own_mailbox(request: Request, existing: Existing, mx: MxDecision) -> bool | None:
    """False: it receives now and goes on; True: only after the switch; None: never."""
    if not mx.stays:
        return True
    state = existing.state(request.domain, "MX")
    receives = any(isinstance(r, MX) and r.exchange for r in state.records)
    return False if receives else None


def _foreign_fault(domain: str, uri: str, host: str, existing: Existing, *, consent: bool) -> Message | None:
    """Why an address elsewhere cannot be published; None when it can."""
    if not host or "@" not in uri:
        return say('"{uri}" is not an address for reports; write mailto:name@domain.', uri=uri)
    takes = existing.answer(host, "MX")
    null = takes.found and all(isinstance(r, MX) and not r.exchange for r in takes.records)
    if null or (takes.absent and existing.answer(host, "A").absent):
        return say("{uri} cannot take reports: {host} receives no mail.", uri=uri, host=host)
    if not consent or organizational_domain(host) == organizational_domain(domain):
        return None
    given = existing.answer(consent_name(domain, host), "TXT")
    if any(is_dmarc(text) for text in given.texts):
        return None
    template = (
        phrase(
            "{uri} is not used: whether {host} agrees to take reports about {domain} could not be read. Run the "
            "plan again when {name} answers."
        )
        if given.unknown
        else phrase(
            "{uri} is not used: {host} does not agree to take reports about {domain}. Whoever runs {host} "
            'publishes {name} TXT "v=DMARC1" first (RFC 9990 section 4); receivers send nothing there before.'
        )
    )
    return say(template, uri=uri, host=host, domain=domain, name=consent_name(domain, host))


def dmarc_edits(request: Request, existing: Existing, in_force: InForce, mx: MxDecision) -> DmarcDecision:
    """The edits to the DMARC record, and the dated steps that follow."""
    owner = owner_of(request.domain)
    reports = destinations(request, existing, mx, request.dmarc.reports_to)
    state, alias = existing.state(owner, "TXT"), existing.alias(owner)
    if alias.known and alias.alias:
        return _hosted(request, owner, alias.alias, reports)
    cut, servers = existing.delegation(owner)
    if cut == owner:
        return _hosted(request, owner, ", ".join(servers), reports)._replace(edits=())
    if not state.known:
        edit = _edit(
            request, "authenticate", (), say("a DMARC policy tells receivers what to do with forgeries")
        )
        return DmarcDecision((edit,), reports.notes)
    records = [r for r in state.records if isinstance(r, TXT) and is_dmarc(r.text)]
    if records:
        return _amend(request, records, reports)
    if not in_force.known:
        edit = _edit(
            request, "authenticate", (), say("a DMARC policy tells receivers what to do with forgeries")
        )
        reason = unread(edit.reason, existing.state(in_force.name or owner, "TXT"))
        return DmarcDecision((Edit(edit.phase, owner, "TXT", reason, "dmarc", blocked=True),), reports.notes)
    if in_force.policy is not None and (in_force.enforced or not reports.all):
        return _inherited(request, in_force, reports)
    broken = tuple(r for r in state.records if isinstance(r, TXT) and near_miss(r.text))
    return _create(request, broken, reports)


def _edit(
    request: Request,
    phase: str,
    add: tuple[TXT, ...],
    reason: Message,
    remove: tuple[TXT, ...] = (),
    needed: tuple[TXT, ...] | None = None,
) -> Edit:
    return Edit(
        phase, owner_of(request.domain), "TXT", reason, "dmarc", add=add, remove=remove, needed=needed
    )


def _create(request: Request, broken: tuple[TXT, ...], reports: Destinations) -> DmarcDecision:
    tags = dict(request.dmarc.alignment)
    if reports.all:
        tags["rua"] = ",".join(reports.all)
    text = amended("v=DMARC1; p=none", drop=(), **tags)
    phase = "switch" if reports.later else "authenticate"
    reason = say(
        "begins to watch who sends as {domain}: p=none changes nothing for any letter, and the large "
        "receivers want at least this from senders",
        domain=request.domain,
    )
    notes = list(reports.notes)
    if reports.later:
        notes.append(
            say(
                "Create the mailbox {address} at the new provider before you publish the DMARC record: reports go "
                "there, so the record comes with the switch and not before.",
                address=", ".join(uri.removeprefix("mailto:") for uri in reports.later),
            )
        )
    if not reports.all:
        notes.append(no_reports(request))
    if request.dmarc.alignment:
        notes.append(STRICT)
    if broken:
        notes.append(
            say(
                'The text "{text}" at {owner} is not a DMARC record for any receiver; it is replaced.',
                text=broken[0].text[:120],
                owner=owner_of(request.domain),
            )
        )
    edit = _edit(request, phase, (TXT.of(text),), reason, broken)
    edits, steps = _steps(request, text, Policy.NONE)
    return DmarcDecision((edit, *edits), tuple(notes), steps, bool(reports.all))


STRICT = say(
    "Strict alignment was chosen: letters pass only when the very domain signed them or is in the envelope, so services "
    "that sign or send as a sub-domain begin to fail. Relaxed, the default, is right for most (RFC 9989 section 4.4)."
)


def no_reports(request: Request) -> Message:
    """Why there is no ``rua``, and how to get one."""
    return say(
        "The DMARC record names no address for reports (rua), because no usable one was given. Without reports nobody "
        "sees which of your own mail would be lost, so the policy should not be made stricter. Give a mailbox that "
        "exists: --set rua=NAME@{domain}, or rua under [dmarc] in the project file.",
        domain=request.domain,
    )


def _amend(request: Request, records: list[TXT], reports: Destinations) -> DmarcDecision:
    """An existing record is kept; reports are added, several become one, a goal is planned."""
    chosen = min if len(records) > 1 else max
    best, parsed = chosen(
        ((r, parse_dmarc(r.text).value or DmarcRecord()) for r in records),
        key=lambda pair: _strength(pair[1]),
    )
    notes = list(reports.notes)
    text, why = best.text, []
    if len(records) > 1:
        why.append(
            say(
                "several DMARC records count as none (RFC 9989 section 4.10), so no policy is in force; the one "
                "that asks for least becomes the only one"
            )
        )
    if parsed.policy is None:
        text = amended(text, p="none")
        why.append(say("without a valid p= receivers ignore the record"))
    known = [str(u) for r in records for u in (parse_dmarc(r.text).value or DmarcRecord()).aggregate_reports]
    listed = [*map(str, parsed.aggregate_reports), *known, *reports.all]
    first: dict[str, str] = {}
    for uri in listed:
        first.setdefault(uri.lower(), uri)
    uris = tuple(first.values())
    if uris != tuple(map(str, parsed.aggregate_reports)):
        text = amended(text, rua=",".join(uris))
        why.append(say("reports go to every address that wants them"))
    weaker = {k: v for k, v in request.dmarc.alignment.items() if k in ("adkim", "aspf")}
    if weaker and any(f"{k}={v}" not in text.replace(" ", "") for k, v in weaker.items()):
        text = amended(text, drop=(), **weaker)
        why.append(say("you chose this alignment"))
        notes.append(STRICT)
    phase = "switch" if reports.later and reports.later[0] in uris and why else "authenticate"
    if why:
        edits = [_edit(request, phase, (TXT.of(text),), say("{why}", why=_and(why)), tuple(records))]
    else:
        kept = say("the DMARC policy in force stays as it is")
        edits = [_edit(request, "authenticate", (), kept, needed=(best,))]
    notes += _retired(parsed)
    if not uris:
        notes.append(no_reports(request))
    more, steps = _steps(request, text, parsed.policy or Policy.NONE)
    return DmarcDecision((*edits, *more), tuple(notes), steps, bool(uris))


def _strength(record: DmarcRecord) -> tuple[int, int]:
    policy = record.policy.strength if record.policy else -1
    return policy, len(record.aggregate_reports)


def step_reason(policy: Policy) -> Message:
    """Why a step of enforcement publishes its policy."""
    return say(
        "14 days of reports have shown that all your own mail passes: forged mail is now to be met with {policy}",
        policy=policy.value,
    )


def _and(reasons: list[Message]) -> Message:
    joint = reasons[0]
    for reason in reasons[1:]:
        joint = say("{first}; {then}", first=joint, then=reason)
    return joint


def _retired(record: DmarcRecord) -> list[Message]:
    if not record.retired:
        return []
    tags = ", ".join(f"{name}={value}" for name, value in record.retired)
    return [
        say(
            "The DMARC record carries {tags}, which RFC 9989 removed: newer receivers apply the policy in full. The "
            "text stays; take it out once you agree with the full policy.",
            tags=tags,
        )
    ]


def _hosted(request: Request, owner: str, host: str, reports: Destinations) -> DmarcDecision:
    note = looked_after_elsewhere(owner, host)
    kept = say("the DMARC policy is hosted at {host}", host=host)
    edit = Edit("authenticate", owner, "CNAME", kept, "dmarc", needed=(host,))
    return DmarcDecision((edit,), (note,), (), True)


def looked_after_elsewhere(owner: str, host: str) -> Message:
    """Why nothing is published at a name that another service serves."""
    return say(
        "{owner} is looked after elsewhere ({host}): the policy and the report addresses are set in that service's "
        "console, and nothing is published here.",
        owner=owner,
        host=host,
    )


def _inherited(request: Request, in_force: InForce, reports: Destinations) -> DmarcDecision:
    note = say(
        "{domain} inherits the DMARC policy {policy} from {name}; a record of its own is not needed and none is "
        "planned, so that nothing in force gets weaker.",
        domain=request.domain,
        policy=in_force.policy.value if in_force.policy else "",
        name=in_force.name,
    )
    return DmarcDecision((), (*reports.notes, note), (), True)


def _steps(request: Request, text: str, policy: Policy) -> tuple[tuple[Edit, ...], tuple[Step, ...]]:
    """The steps above a policy; those up to the goal are planned as changes."""
    goal = request.dmarc.goal
    if goal == Policy.NONE or (not goal and policy is not Policy.NONE):
        return (), ()
    planned_to = Policy(goal).strength if goal in set(Policy) else 0
    edits, steps = [], []
    current = text
    above = [p for p in STEPS if p.strength > policy.strength]
    for phase, step in zip(STEP_PHASES, above, strict=False):
        following = amended(current, drop=RETIRED, p=step.value)
        planned = step.strength <= planned_to
        if goal and not planned:
            break
        if planned:
            edits.append(_edit(request, phase, (TXT.of(following),), step_reason(step), (TXT.of(current),)))
        steps.append(Step(phase, step, following, planned))
        current = following
    return tuple(edits), tuple(steps)
