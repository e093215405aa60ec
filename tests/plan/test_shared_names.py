"""Two services that want one name: the one who has it keeps it, the other waits and is told why."""

from __future__ import annotations

import pytest

from mailsetup.model.dns import present
from mailsetup.model.plan import Action, Plan
from mailsetup.profiles import load
from tests.plan.planning import notes, planned
from tests.profiles.planned import example_values

OLD = "example.com. MX 10 mx.oldhost.net.\n"
SENDGRID = """
    s1._domainkey.example.com. CNAME s1.domainkey.u1234567.wl001.sendgrid.net.
    s2._domainkey.example.com. CNAME s2.domainkey.u1234567.wl001.sendgrid.net.
    s1.domainkey.u1234567.wl001.sendgrid.net. TXT "v=DKIM1; k=rsa; p=MIGf"
    example.com. TXT "v=spf1 include:sendgrid.net -all"
    sendgrid.net. TXT "v=spf1 ip4:167.89.0.0/17 -all"
"""


def plan_for(*services: str, text: str = "", **options: object) -> Plan:
    """A plan with every value, the first service as provider."""
    values = {f"{s}.{name}": value for s in services for name, value in example_values(load(s)).items()}
    return planned(OLD + text, provider=services[0], senders=services[1:], settings=values, **options)


def at(plan: Plan, owner: str) -> list[tuple[str, str, str]]:
    """What happens at a name: action, type and the data afterwards."""
    return [
        (
            c.action.value,
            c.rdtype,
            ", ".join(present(r, c.rdtype) for r in c.after)[:20] if c.action is not Action.WAITING else "",
        )
        for c in plan.changes
        if c.owner == owner
    ]


@pytest.mark.parametrize(("sender", "rdtype"), [("sendgrid", "CNAME"), ("sparkpost", "TXT")])
def test_two_services_that_sign_with_one_selector_do_not_write_over_each_other(
    sender: str, rdtype: str
) -> None:
    """
    Tuta was named first, so its key is published; the sender's waits, with the way out.
    """
    plan = plan_for("tuta", sender)

    assert [("create", "CNAME", "s1.domainkey.tutanot"), ("waiting", rdtype, "")] == at(
        plan, "s1._domainkey.example.com"
    )
    assert "cannot serve both" in notes(plan)


def test_who_signs_with_a_selector_today_keeps_it() -> None:
    """
    SendGrid's keys stand there, so Tuta's wait, whether SendGrid was named or only found.
    """
    for plan in (plan_for("tuta", "sendgrid", text=SENDGRID), plan_for("tuta", text=SENDGRID)):
        there = at(plan, "s1._domainkey.example.com")

        assert ("waiting", "CNAME", "") in there
        assert not {action for action, *_ in there} & {"create", "update", "delete"}


def test_who_is_left_holds_nothing() -> None:
    """
    A key of a service that is left makes way.
    """
    plan = plan_for("tuta", text=SENDGRID, leave=("sendgrid",))

    assert [("update", "CNAME", "s1.domainkey.tutanot")] == at(plan, "s1._domainkey.example.com")


def test_an_alias_and_mail_hosts_do_not_share_a_name() -> None:
    """
    Klaviyo wants an alias at send.example.com, Resend an MX record: only one of the two is planned.
    """
    plan = plan_for("google-workspace", "klaviyo", "resend")
    types = {c.rdtype for c in plan.changes if c.owner == "send.example.com" and c.action is Action.CREATE}

    assert types <= {"CNAME"} or "CNAME" not in types
    assert "Resend asks for MX" in notes(plan)


def test_services_that_agree_share_a_name() -> None:
    """
    The same alias wanted twice is one record.
    """
    plan = plan_for("microsoft-365", "godaddy-microsoft-365")
    found = [c for c in plan.changes if c.owner == "autodiscover.example.com"]

    assert {("CNAME", ("autodiscover.outlook.com",))} == {(c.rdtype, c.after) for c in found}
