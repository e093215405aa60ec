"""
Waivers: findings somebody accepted until a day, and why. A waived finding is shown and fails no run.

A waiver whose day is over accepts nothing and is a finding itself. The day is judged at the time the answers
are from, so that a recorded run says the same whenever it is replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from mailsetup.model.finding import DomainReport, Finding, Remedy, Severity, Status, Verdict, Waived
from mailsetup.model.message import Message, say

from .project import Waiver

EXPIRED = "project/expired-waiver"

Accept = Callable[[Finding], Waived | None]


def is_responsible(owner: str) -> bool:
    """Whether a waiver's ``owner`` names who answers for it, not a name in DNS: it has a space or an at sign."""
    return " " in owner.strip() or "@" in owner.strip()[1:]


def _matches(waiver: Waiver, finding: Finding, domain: str) -> bool:
    if waiver.check != finding.check:
        return False
    owner = waiver.owner.strip().rstrip(".").lower()
    if not owner or is_responsible(waiver.owner):
        return True
    if owner == "@":
        return finding.owner == domain
    return finding.owner in (owner, f"{owner}.{domain}")


def expired(waiver: Waiver, as_of: str) -> bool:
    """Whether a waiver's last day is over at a time."""
    return date.fromisoformat(as_of[:10]) > waiver.until


def accepting(waivers: tuple[Waiver, ...], domain: str, as_of: str) -> Accept:
    """Says of a finding whether one of the waivers in force accepts it."""
    valid = [w for w in waivers if not expired(w, as_of)]

    def accept(finding: Finding) -> Waived | None:
        for waiver in valid:
            if _matches(waiver, finding, domain):
                responsible = waiver.owner.strip() if is_responsible(waiver.owner) else ""
                return Waived("waiver", waiver.reason, waiver.until.isoformat(), responsible)
        return None

    return accept


def waived(verdicts: tuple[Verdict, ...], accept: Accept) -> tuple[Verdict, ...]:
    """The verdicts with what is accepted marked as such."""
    return tuple(_marked(v, accept) if v.findings else v for v in verdicts)


def _marked(verdict: Verdict, accept: Accept) -> Verdict:
    findings = tuple(
        finding._replace(waived=why) if (why := accept(finding)) is not None else finding
        for finding in verdict.findings
    )
    return verdict if findings == verdict.findings else verdict._replace(findings=findings)


NONE_EXPIRED = Verdict(EXPIRED, Status.PASS, Severity.WARNING)


def expired_verdict(waivers: tuple[Waiver, ...], domain: str, as_of: str, origin: str) -> Verdict:
    """The verdict on the waivers themselves."""
    over = [w for w in waivers if expired(w, as_of)]
    if not over:
        return NONE_EXPIRED
    findings = tuple(_expired(w, domain, origin) for w in over)
    return Verdict(EXPIRED, Status.FAIL, Severity.WARNING, findings)


def _expired(waiver: Waiver, domain: str, origin: str) -> Finding:
    message = say(
        "the waiver of {check} in {file} ended on {until} ({reason})",
        check=waiver.check,
        file=origin,
        until=waiver.until.isoformat(),
        reason=waiver.reason,
    )
    advice = say("Mend what it waived, or give it a new day and a reason that still holds.")
    return Finding(EXPIRED, Severity.WARNING, domain, message, (), Remedy(advice))


def idle(waivers: tuple[Waiver, ...], report: DomainReport, domain: str) -> list[Message]:
    """Remarks on waivers that accept nothing although their check was judged: they can go."""
    judged: Mapping[str, Verdict] = {v.check: v for v in report.verdicts}
    return [
        say(
            "the waiver of {check} until {until} accepts nothing here any more; it can go",
            check=w.check,
            until=w.until.isoformat(),
        )
        for w in waivers
        if not expired(w, report.as_of)
        and w.check in judged
        and judged[w.check].status in (Status.PASS, Status.FAIL)
        and not any(_matches(w, f, domain) for f in judged[w.check].findings)
    ]
