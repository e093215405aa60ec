"""
When each step of a move is safe: the arithmetic of old TTLs, negative caching and days of grace.

Everything counts from ``as_of``; nothing looks at the clock. A changed record is remembered for
its old TTL, a name that did not exist for the negative TTL of its zone (RFC 2308 section 5).
The times suppose that every phase is carried out at its earliest; being late moves what follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from mailsetup.model.errors import UsageError
from mailsetup.model.message import Message, say
from mailsetup.model.plan import Action, Phase, RecordChange

from .dmarc_policy import GATE_DAYS, InForce, Step, owner_of
from .edits import PHASE_ORDER, Draft

KEY_GRACE_DAYS = 7  # old keys stay: a queue retries for 4 to 5 days (RFC 5321 section 4.5.4.1)
PLAN_FILE = "plan.json"  # what the commands of a plan name until it is saved elsewhere
FIRST_YEAR, LAST_YEAR = 1970, 9000  # so that every date of a plan exists, 68 years of TTL after it too
UNKNOWN_TTL = 86_400  # seconds; longer caching was found problematic (RFC 2308 section 5)

PUBLIC_IDS = {"permit": "authenticate", "enforce-2": "enforce"}

TITLES = {
    "prepare": say("Lower the TTL, so that the switch is quick"),
    "prove": say("Prove that the domain is yours"),
    "authenticate": say("Publish the DKIM keys and one SPF record for old and new together"),
    "permit": say("Let the new provider send: one SPF record for old and new together"),
    "switch": say("Switch the mail to the new provider"),
    "retire": say("Retire the old provider"),
    "enforce": say("Enforce DMARC: quarantine forged mail"),
    "enforce-2": say("Enforce DMARC: refuse forged mail, if you choose to"),
}

PARKED_TITLES = {
    "authenticate": say("Say that nobody sends as this domain"),
    "switch": say("Close the domain for mail"),
    "retire": say("Withdraw the DKIM keys and what else belonged to the mail"),
}


class Outlook(NamedTuple):
    """What the dates depend on beside the changes themselves."""

    as_of: str
    domain: str = ""
    negative_ttl: int | None = None
    time_zone: str = ""
    in_force: InForce = InForce()
    keys_settled: bool = True
    signs: bool = False
    reported: bool = False
    steps: tuple[Step, ...] = ()
    before_switch: tuple[Message, ...] = ()
    parked: bool = False


def moment(text: str) -> datetime:
    """An ISO 8601 time; without an offset it is UTC."""
    try:
        at = datetime.fromisoformat(text)
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            say('"{text}" is not a time; write it as 2026-11-21T12:00:00Z', text=text[:40])
        ) from None
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise UsageError(
            say('"{text}" is no time to plan for; write it as 2026-11-21T12:00:00Z', text=text[:40])
        )
    return at


def iso(at: datetime) -> str:
    """A time in UTC as ISO 8601, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def in_zone(text: str, time_zone: str) -> str:
    """A time in the owner's zone, ISO 8601 with its offset; ``""`` when no zone is named or its data is missing."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if not time_zone or time_zone.upper() == "UTC":
        return ""
    try:
        return moment(text).astimezone(ZoneInfo(time_zone)).isoformat(timespec="seconds")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""


def phases(drafts: Iterable[Draft], outlook: Outlook) -> tuple[tuple[Phase, ...], tuple[RecordChange, ...]]:
    """The phases that have something to do, and the changes with their numbers, sorted by phase, owner and type."""
    from dataclasses import replace

    drafts = tuple(drafts)
    busy = {d.phase for d in drafts if d.change.action is not Action.KEEP}
    busy |= {step.phase for step in outlook.steps}
    present = [name for name in PHASE_ORDER if name in busy]
    numbers = {name: i for i, name in enumerate(present, 1)}
    starts = _starts(present, drafts, outlook)
    listed: list[Phase] = []
    for name in present:
        own = [d.change for d in drafts if d.phase == name]
        listed.append(_phase(name, numbers[name], own, starts[name], outlook, listed))
    changes = [replace(d.change, phase=_number(d.phase, numbers)) for d in drafts]
    changes.sort(key=_order)  # stable: steps of one set stay in their order
    return tuple(listed), tuple(changes)


def _order(change: RecordChange) -> tuple[int, str, bool, str]:
    """What goes comes before what takes its place: nothing may stand beside a CNAME (RFC 1034 section 3.6.2)."""
    return change.phase, change.owner, change.action is not Action.DELETE, change.rdtype


def _number(name: str, numbers: dict[str, int]) -> int:
    """A phase's number; where nothing but what is kept belongs to it, that of the last one before it."""
    before = PHASE_ORDER[: PHASE_ORDER.index(name) + 1]
    return max((numbers[n] for n in before if n in numbers), default=0)


def wait_of(changes: Iterable[RecordChange], negative_ttl: int | None) -> int:
    """How long caches may still hold what was before some changes, in seconds."""
    waits = [0]
    for change in changes:
        if change.action is Action.KEEP:
            continue
        ttl = change.ttl_before if change.before else negative_ttl
        waits.append(UNKNOWN_TTL if ttl is None else ttl)
    return max(waits)


def _starts(present: list[str], drafts: tuple[Draft, ...], outlook: Outlook) -> dict[str, datetime]:
    begin = moment(outlook.as_of)
    end = {"": begin}
    starts: dict[str, datetime] = {}
    for name in present:
        start = max(end.get(before, begin) for before in _after(name))
        if name == "retire":
            start += timedelta(days=KEY_GRACE_DAYS)
        if name in ("enforce", "enforce-2"):
            start += timedelta(days=GATE_DAYS)
        starts[name] = start
        own = [d.change for d in drafts if d.phase == name]
        end[name] = start + timedelta(seconds=wait_of(own, outlook.negative_ttl))
    return starts


def _after(name: str) -> tuple[str, ...]:
    """The phases whose effect must have reached every cache before one begins."""
    return {
        "prepare": ("",),
        "prove": ("",),
        "authenticate": ("prove",),
        "permit": ("prove", "authenticate"),
        "switch": ("prepare", "prove", "authenticate", "permit"),
        "retire": ("prepare", "prove", "authenticate", "permit", "switch"),
        "enforce": ("prepare", "prove", "authenticate", "permit", "switch"),
        "enforce-2": ("enforce", "switch"),
    }[name]


def _signing_first(in_force: InForce) -> tuple[Message, ...]:
    """Why the new provider must sign before it may send: a policy in force, or one that could not be read."""
    if not in_force.may_be_enforced:
        return ()
    if not in_force.known:
        return (
            say(
                "DKIM of the new provider verifies: the DMARC policy at {name} could not be read, and it may refuse what is "
                "sent unsigned. Publish the keys, turn signing on, send a letter and look for dkim=pass",
                name=in_force.name,
            ),
        )
    return (
        say(
            "DKIM of the new provider verifies: DMARC p={policy} is in force, and what it sends unsigned would be "
            "{verb}. Publish the keys, turn signing on, send a letter and look for dkim=pass",
            policy=in_force.policy.value if in_force.policy else "",
            verb=say("refused") if in_force.policy == "reject" else say("put into the spam folder"),
        ),
    )


def _phase(
    name: str,
    number: int,
    changes: list[RecordChange],
    start: datetime,
    outlook: Outlook,
    earlier: list[Phase],
) -> Phase:
    wait = wait_of(changes, outlook.negative_ttl)
    earliest = iso(start)
    return Phase(
        number=number,
        id=PUBLIC_IDS.get(name, name),
        title=_title(name, changes, outlook),
        earliest=earliest,
        why_then=_why_then(name, changes, outlook, earlier),
        closes_when=_closes_when(name, number, wait, changes, outlook),
        wait_seconds=wait,
        blocked_by=_blocked_by(name, changes, outlook, earlier),
        earliest_local=in_zone(earliest, outlook.time_zone),
    )


def _title(name: str, changes: list[RecordChange], outlook: Outlook) -> Message:
    purposes = {c.purpose for c in changes if c.action is not Action.KEEP}
    if name == "authenticate" and purposes:
        if purposes <= {"spf"}:
            return say("Publish one SPF record that holds for everybody who sends")
        if purposes <= {"dkim"}:
            return say("Publish the DKIM keys")
        if "spf" not in purposes and "dkim" not in purposes:
            return say("Publish the policies")
        if "spf" not in purposes:
            return say("Publish the DKIM keys and what goes with them")
        if "dkim" not in purposes and not outlook.parked:
            return say("Publish one SPF record that holds for everybody who sends, and what goes with it")
    if outlook.parked and name in PARKED_TITLES:
        return PARKED_TITLES[name]
    if name == "retire" and purposes == {"mta-sts"}:
        return say("Announce the MTA-STS policy")
    if name == "switch" and "mx" not in purposes:
        return say("Finish the switch to the new provider")
    if name.startswith("enforce"):
        policy = next((s.policy.value for s in outlook.steps if s.phase == name), "quarantine")
        if policy == "reject":
            return TITLES["enforce-2"]
    return TITLES[name]


def _why_then(name: str, changes: list[RecordChange], outlook: Outlook, earlier: list[Phase]) -> Message:
    before = earlier[-1] if earlier else None
    if name in ("enforce", "enforce-2"):
        return say("{days} days of reports, a full business cycle, lie before each step", days=GATE_DAYS)
    if name == "retire" and {c.purpose for c in changes if c.action is not Action.KEEP} == {"mta-sts"}:
        return say(
            "Senders refuse mail hosts that the policy does not name, so the new ones stand alone for {days} days first",
            days=KEY_GRACE_DAYS,
        )
    if name == "retire":
        return say(
            "Letters on their way still need the old keys and servers for {days} days after the switch",
            days=KEY_GRACE_DAYS,
        )
    if before is None or name in ("prepare", "prove"):
        return say("Nothing has to be waited for")
    last = _deciding(name, earlier)
    return say(
        "Caches hold what stood there before phase {number} for up to {seconds} seconds (its old TTL, or the negative TTL "
        "of the zone for names that did not exist)",
        number=last.number,
        seconds=last.wait_seconds,
    )


def _deciding(name: str, earlier: list[Phase]) -> Phase:
    """The phase that a date counts from: the one whose changes are last to have reached every cache."""
    ids = {PUBLIC_IDS.get(before, before) for before in _after(name)}
    awaited = [p for p in earlier if p.id in ids] or earlier
    return max(
        awaited,
        key=lambda p: (moment(p.earliest or "") + timedelta(seconds=p.wait_seconds), p.number),
    )


def _closes_when(name: str, number: int, wait: int, changes: list[RecordChange], outlook: Outlook) -> Message:
    step = next((s for s in outlook.steps if s.phase == name), None)
    if step is not None:
        if not step.planned:
            return say(
                'the reports show that all your own mail passes, and {owner} TXT "{text}" is published',
                owner=owner_of(outlook.domain),
                text=step.text,
            )
        return say("the reports show that no mail of your own is lost; if some is, go back one step")
    if name == "prepare":
        return say(
            "mailsetup verify --plan {plan} --phase {number} shows the new TTL at all name servers, and {seconds} seconds, "
            "the old TTL, have passed",
            number=number,
            plan=PLAN_FILE,
            seconds=wait,
        )
    if any(c.action is Action.WAITING for c in changes):
        return say(
            "nothing in it waits any more and mailsetup verify --plan {plan} --phase {number} finds every record",
            number=number,
            plan=PLAN_FILE,
        )
    return say(
        "mailsetup verify --plan {plan} --phase {number} finds every record at all name servers, and {seconds} seconds have "
        "passed",
        number=number,
        plan=PLAN_FILE,
        seconds=wait,
    )


def _blocked_by(
    name: str, changes: list[RecordChange], outlook: Outlook, earlier: list[Phase]
) -> tuple[Message, ...]:
    blocks = []
    missing = sorted({n for c in changes for n in c.waiting_for})
    if missing:
        blocks.append(say("values only you can look up: {names}", names=", ".join(missing)))
    if any(c.action is Action.WAITING and not c.waiting_for for c in changes):
        blocks.append(say("a record that could not be read, or a name in use: see the changes that wait"))
    if name in ("switch", "permit") and outlook.signs and not outlook.keys_settled:
        blocks += _signing_first(outlook.in_force)
    if name == "switch" or (name == "retire" and all(p.id != "switch" for p in earlier)):
        blocks += outlook.before_switch
    if name.startswith("enforce"):
        if not outlook.reported:
            blocks.append(say("reports: the DMARC record names no address that receives them (rua)"))
        blocks.append(say("the reports show that every source of your own passes, best by aligned DKIM"))
        if any(s.phase == name and s.policy.value == "reject" for s in outlook.steps):
            blocks.append(
                say(
                    "your decision: reject also loses letters that went through mailing lists and forwarding, which is why "
                    "domains of people usually stay at quarantine (RFC 9989 section 7.4)"
                )
            )
    for phase in earlier:
        if phase.blocked_by and not name.startswith("enforce") and phase.id != "prepare":
            blocks.append(say("phase {number} is closed", number=phase.number))
    return tuple(blocks)
