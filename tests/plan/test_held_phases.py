"""A plan that waits for a value publishes nothing of what comes after: the old provider keeps what it needs."""

from __future__ import annotations

from importlib import import_module

import pytest

from mailsetup.model.plan import Action
from mailsetup.planning.held import held, left_out
from mailsetup.planning.renderers import bind, steps, table
from mailsetup.planning.saved import dumps
from tests.plan.planning import GOOGLE, KEY, MICROSOFT, notes, planned

OLD = f"""
    example.com. 7200 MX 10 mx.yandex.net.
    example.com. 7200 TXT "v=spf1 include:_spf.yandex.net ~all"
    _spf.yandex.net. TXT "v=spf1 ip4:77.88.0.0/18 ~all"
    mx.yandex.net. A 77.88.21.249
    mail._domainkey.example.com. TXT "v=DKIM1; p={KEY[:200]}" "{KEY[200:]}"
    old1._domainkey.example.com. CNAME old1.dkim.yandex.net.
"""
ZONES = ("bind", "octodns", "dnscontrol", "terraform", "route53", "cloudflare", "csv", "steps")
REDIRECTED = OLD.replace("include:_spf.yandex.net ~all", "redirect=_spf.yandex.net")


def move(text=OLD, **options):
    """The move away from the old provider."""
    return planned(text, leave=("yandex-360",), **options)


def rendered(form, plan, phase=None):
    """A plan in a format."""
    return str(import_module(f"mailsetup.planning.renderers.{form}").render(plan, phase))


@pytest.mark.parametrize("form", ZONES)
@pytest.mark.parametrize("text", [OLD, REDIRECTED], ids=["include", "redirect"])
@pytest.mark.parametrize(
    "options",
    [
        {"settings": {}},
        {"provider": "zoho-mail"},
        {"settings": {k: v for k, v in GOOGLE.items() if k != "verification"}},
        {"settings": {k: v for k, v in GOOGLE.items() if k != "dkim_key"}},
        {
            "provider": "microsoft-365",
            "settings": {k: v for k, v in MICROSOFT.items() if k != "mx_host"},
            "dmarc_goal": "reject",
            "reports_to": ("d@example.com",),
        },
    ],
    ids=["no value", "no host", "no proof", "no key", "no exchange"],
)
def test_the_old_provider_is_not_dismantled_while_a_value_is_missing(form, text, options):
    """
    Its SPF, its keys and its exchange stay as they are, with and without ``--phase`` of a phase that is held.
    """
    plan = move(text, **options)
    retire = next((p.number for p in plan.phases if p.id == "retire"), None)

    for phase in (None, retire):
        shown = rendered(form, plan, phase)
        assert "v=spf1 ~all" not in shown.replace('\\"', "")
        assert "remove:" not in shown
        assert "DELETE" not in shown
        assert "Delete the record" not in shown
        assert "p=reject" not in shown
        assert "autodiscover.outlook.com" not in shown


@pytest.mark.parametrize("form", [form for form in ZONES if form != "steps"])
def test_with_all_values_the_whole_way_is_rendered(form):
    """
    Nothing is held then.
    """
    plan = move()

    assert () == held(plan)
    assert [] == list(left_out(plan))
    assert "smtp.google.com" in rendered(form, plan)


def test_what_is_left_out_is_said_with_its_reason():
    """
    The phases by number, and the values by name.
    """
    plan = move(settings={})
    said = "\n".join(map(str, left_out(plan)))
    numbers = [p.number for p in plan.phases if p.id in ("authenticate", "switch", "retire", "enforce")]

    assert f"phases {', '.join(map(str, numbers))}." in said
    assert "Phase 2 waits for values only you can look up: verification" in said
    assert "dkim_key" in said
    assert "Not rendered" in bind.render(plan)
    assert "Not rendered" in steps.render(plan)
    assert not list(left_out(plan, 1))


def test_what_can_be_published_already_is():
    """
    The lowered TTL, and in the phase that waits whatever does not.
    """
    plan = move(settings={k: v for k, v in GOOGLE.items() if k != "dkim_key"})
    zone = bind.render(plan)

    assert "300 IN MX 10 mx.yandex.net." in zone
    assert "include:_spf.google.com" in zone
    assert GOOGLE["verification"] in zone


def test_the_table_and_the_document_keep_everything():
    """
    They show the whole way.
    """
    plan = move(settings={})

    for whole in (table.render(plan), dumps(plan)):
        assert "v=spf1 include:_spf.google.com ~all" in whole
        assert "Retire the old provider" in whole


def test_a_redirect_that_cannot_be_carried_over_holds_the_switch():
    """
    It can be read and has no form proven equal: the new provider could not send, and what to do is said.
    """
    text = OLD.replace("include:_spf.yandex.net ~all", "redirect=_spf.other.net")
    text += '_spf.other.net. TXT "v=spf1 ip4:198.51.100.1 redirect=slow.net"\nslow.net. TIMEOUT'
    plan = move(text, provider="microsoft-365", settings=MICROSOFT)
    switch = next(p for p in plan.phases if p.id == "switch")
    waits = next(c for c in plan.changes if c.purpose == "spf" and c.action is Action.WAITING)
    first = "\n".join(map(str, switch.blocked_by))

    assert switch in held(plan)
    for told in (str(waits.reason), first):
        assert "include:spf.protection.outlook.com added to the record at _spf.other.net" in told
        assert "run the plan again" in told
    assert "mail.protection.outlook.com" not in bind.render(plan).replace("; waiting", "")


def test_once_the_redirects_target_holds_the_terms_the_plan_goes_on():
    """
    The owner did what was said: nothing is left to add, and nothing is held.
    """
    text = OLD.replace("include:_spf.yandex.net ~all", "redirect=_spf.other.net")
    text += (
        '_spf.other.net. TXT "v=spf1 include:spf.protection.outlook.com redirect=slow.net"\nslow.net. TIMEOUT'
    )
    plan = planned(text, provider="microsoft-365", settings=MICROSOFT)

    assert () == held(plan)
    assert not [c for c in plan.changes if c.purpose == "spf" and c.action is not Action.KEEP]


def test_hosted_spf_is_left_and_the_switch_says_what_to_add_there():
    """
    What its service publishes depends on the sender, so DNS cannot show that it was done: named, not held.
    """
    text = OLD.replace("include:_spf.yandex.net ~all", "include:%{i}._spf.hosted.test -all")
    plan = planned(text, provider="microsoft-365", settings=MICROSOFT)
    switch = next(p for p in plan.phases if p.id == "switch")

    assert "add include:spf.protection.outlook.com there" in "\n".join(map(str, switch.blocked_by))
    assert () == held(plan)


@pytest.mark.parametrize("kept", [True, False], ids=["another's", "of the one who is left"])
def test_a_redirect_that_cannot_be_read_holds_the_switch(kept):
    """
    The new provider could not send: its SPF has no place yet, and the switch says so.
    """
    target = "_spf.other.net" if kept else "_spf.yandex.net"
    text = OLD.replace("include:_spf.yandex.net ~all", f"redirect={target}")
    text = text.replace('_spf.yandex.net. TXT "v=spf1 ip4:77.88.0.0/18 ~all"', f"{target}. TIMEOUT")
    plan = move(text, provider="microsoft-365", settings=MICROSOFT)
    switch = next(p for p in plan.phases if p.id == "switch")
    waits = next(c for c in plan.changes if c.purpose == "spf" and c.action is Action.WAITING)

    assert switch in held(plan)
    assert f"may send as example.com: its SPF redirects to {target}, which could not be read" in "\n".join(
        map(str, switch.blocked_by)
    )
    assert ("which is left; it is replaced once it can be read" in str(waits.reason)) is not kept
    assert "add there" not in notes(plan)
    assert "mail.protection.outlook.com" not in bind.render(plan).replace("; waiting", "")


def test_a_record_whose_name_is_still_missing_is_not_called_unread():
    """
    Nobody was asked: planning again changes nothing before the value is there.
    """
    plan = planned(OLD, senders=("mailjet",))
    [waiting] = [c for c in plan.changes if "{" in c.owner]

    assert "Missing: verification_host of mailjet" in str(waiting.reason)
    assert "could not be read" not in str(waiting.reason)
