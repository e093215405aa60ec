"""Plans from zone fragments: the shortest way from a world and some options to a plan."""

from __future__ import annotations

from functools import cache
from typing import Any

from mailsetup.model.dns import Answer, Question, present
from mailsetup.model.plan import Action, Plan, RecordChange
from mailsetup.model.walk import replay
from mailsetup.planning.build import build
from mailsetup.planning.request import Request
from mailsetup.profiles import detect_walk, detectors
from mailsetup.run.plan import PlanOptions, request_for, services
from tests.zones import AS_OF, ClosedWorld, world

DOMAIN = "example.com"
KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu5x6JgsBkJQJuaY9oWCxcxIQfpgGhXbvM7xDlWUlMDc8V60v7AgQx/d5r4PoPDKQ"
    "AFeW3SfwwpOXWl6ke1zTxkAipEea8JWWJeIwpCCMkV+n4oPplai7B+MBTEKl4UbjjHZ3PzUEbHJtAeVql7FfSSYyKG7y5+xQbzL1xBoMcsf5"
    "ddf66rJKNU9FN0IyQJGsyxTRSN3cMjdIOIPfSO818Gbo+SKrmZW3ydmn58eeLOMxhXWujCkXB5IxJ8zx2JMr1kay0ouGmtTjtm/vBDbJXy5W"
    "6OgZGaeOyUhtm7HmWoM59683mcBfFyn/1c+cTrp2i1jW96p8wKHSxbMVNO1j8QIDAQAB"
)
TOKEN = "google-site-verification=" + "a" * 43
GOOGLE = {"dkim_key": KEY, "verification": TOKEN}
MICROSOFT = {
    "mx_host": "example-com.mail.protection.outlook.com",
    "dkim_selector1_target": "selector1-example-com._domainkey.contoso.n-v1.dkim.mail.microsoft",
    "dkim_selector2_target": "selector2-example-com._domainkey.contoso.n-v1.dkim.mail.microsoft",
    "verification": "MS=ms12345678",
}
PROVIDERS = """
    _spf.google.com.             TXT "v=spf1 ip4:192.0.2.0/24 ~all"
    spf.protection.outlook.com.  TXT "v=spf1 ip4:203.0.113.0/25 -all"
    servers.mcsv.net.            TXT "v=spf1 ip4:203.0.113.128/25 -all"
    smtp.google.com.             A 192.0.2.25
    example-com.mail.protection.outlook.com. A 203.0.113.25
"""


@cache
def _detectors() -> Any:
    return detectors()


def asked(fragment: ClosedWorld, options: PlanOptions, domain: str = DOMAIN, as_of: str = AS_OF) -> Request:
    """The request for some options in a world."""
    found = fragment.read(detect_walk(domain, _detectors()))
    return request_for(domain, options, services(domain, options), found, as_of)


def planned(text: str, domain: str = DOMAIN, **options: Any) -> Plan:
    """A plan for a fragment; without a provider named it is Google Workspace with all its values."""
    options.setdefault("provider", "" if options.get("no_mail") else "google-workspace")
    if options["provider"] == "google-workspace":
        options.setdefault("settings", GOOGLE)
    fragment = world(text + PROVIDERS, domain)
    return fragment.read(build(asked(fragment, PlanOptions(**options), domain)))


def answers_for(
    text: str, options: PlanOptions, domain: str = DOMAIN
) -> tuple[Request, dict[Question, Answer]]:
    """A request and every answer its plan was made of."""
    fragment = world(text + PROVIDERS, domain)
    request = asked(fragment, options, domain)
    answers: dict[Question, Answer] = {}
    fragment.follow(build(request), answers)
    return request, answers


def replanned(request: Request, answers: dict[Question, Answer]) -> Plan:
    """The plan from answers alone."""
    return replay(build(request), answers)


def change(plan: Plan, owner: str, rdtype: str, purpose: str = "") -> RecordChange:
    """The one change of a record set (of a purpose)."""
    found = [c for c in plan.changes if (c.owner, c.rdtype) == (owner, rdtype) and purpose in ("", c.purpose)]
    assert len(found) == 1, f"{len(found)} changes of {owner} {rdtype}: {found}"
    return found[0]


def after(one: RecordChange) -> list[str]:
    """What a change publishes."""
    return [present(r, one.rdtype) for r in one.after]


def actions(plan: Plan) -> list[tuple[str, str, str]]:
    """Every change that is not a keep, as (action, owner, type)."""
    return [(c.action.value, c.owner, c.rdtype) for c in plan.changes if c.action is not Action.KEEP]


def notes(plan: Plan) -> str:
    """All notes as one text."""
    return "\n".join(map(str, plan.notes))
