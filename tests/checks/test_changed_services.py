"""Services that end or were renamed since a domain chose them: told with the day, what to do and who says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailsetup.model.case import Case, Scope
from mailsetup.model.check import Check
from mailsetup.model.finding import Finding, Severity
from mailsetup.profiles.files import load_all
from mailsetup.run.judge import judge
from mailsetup.run.recognition import detectors, selector_hints
from mailsetup.run.registry import checks_by_id
from tests.zones import world

STATES = {
    "closing": "mx/ending-service",
    "closed": "mx/ending-service",
    "renamed": "mx/renamed-service",
}


def found(fragment: str, as_of: str = "2026-11-22T00:00:00Z") -> list[Finding]:
    """What the two checks say on a day."""
    checks: tuple[Check, ...] = tuple(
        map(checks_by_id().__getitem__, ("mx/ending-service", "mx/renamed-service"))
    )
    walks = tuple(dict.fromkeys(walk for c in checks for walk in c.reads))
    scope = Scope("example.com", selector_hints=selector_hints(), detectors=detectors())
    case = world(fragment).case(walks, scope)
    dated = Case(scope, replace(case.snapshot, as_of=as_of), case.facts)
    return [f for v in judge(dated, checks) for f in v.findings]


@pytest.mark.parametrize(
    "day, severity, told",
    [
        ("2026-11-22", Severity.WARNING, "ends on 2027-03-31"),
        ("2027-03-31", Severity.WARNING, "ends on 2027-03-31"),
        ("2027-04-01", Severity.ERROR, "ended on 2027-03-31"),
    ],
)
def test_after_its_last_day_a_service_is_an_error(day: str, severity: Severity, told: str) -> None:
    """The day is compared with the time the answers are from, so that a recording says the same for ever."""
    (one,) = found(
        """
        example.com.               MX     10 inbound-smtp.eu-west-1.amazonaws.com.
        autodiscover.example.com.  CNAME  autodiscover.mail.eu-west-1.awsapps.com.
        """,
        f"{day}T12:00:00Z",
    )

    assert severity is one.severity
    assert told in str(one.message)
    assert "(source: Amazon WorkMail documentation, 2026-" in str(one.message)
    assert one.remedy is not None
    assert "Move the mailboxes" in str(one.remedy.summary)


RECEIVING = [
    pytest.param(host, STATES[p.status.state.value], id=f"{p.id}-{host}")
    for p in load_all().values()
    if p.status.state.value in STATES and not p.detect.mx_needs and not p.detect.weak
    for host in p.detect.examples
]


@pytest.mark.parametrize("host, check", RECEIVING)
def test_every_service_that_changed_is_told_by_its_mail_hosts(host: str, check: str) -> None:
    """One finding, of the right check, with the profile's words."""
    told = [one.check for one in found(f"example.com. MX 10 {host}.")]

    assert [check] == told


def test_a_service_that_is_only_left_in_texts_is_not_told() -> None:
    """A verification text or an include of before proves no mailbox."""
    fragment = """
        example.com.  MX   1 smtp.google.com.
        example.com.  TXT  "t-verify=0123456789abcdef0123456789abcdef"
        example.com.  TXT  "v=spf1 include:spf.tutanota.de -all"
    """

    assert [] == found(fragment)
