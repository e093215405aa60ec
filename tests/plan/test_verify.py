"""A record that contains what is needed is right; later phases are not yet due; unknown stays unknown."""

from __future__ import annotations

import re

import pytest

from mailsetup.planning.verify import verification
from tests.plan.planning import GOOGLE, KEY, MICROSOFT, PROVIDERS, planned
from tests.zones import world

BEFORE = """
    example.com. 3600 MX 10 mail.oldhost.net.
    example.com. TXT "v=spf1 include:_spf.oldhost.net -all"
    _spf.oldhost.net. TXT "v=spf1 ip4:198.51.100.0/24 -all"
"""
DONE = f"""
    example.com. 60 MX 7 SMTP.Google.com.
    example.com. TXT "unrelated"
    example.com. TXT "V=SPF1 Include:_SPF.google.com ip4:192.0.2.77 include:_spf.oldhost.net ?all"
    example.com. TXT "{GOOGLE["verification"]}"
    google._domainkey.example.com. TXT "k=rsa; " "p={KEY[:200]} " "{KEY[200:]}" "; t=s"
    _dmarc.example.com. TXT "v=DMARC1;p=reject;rua=mailto:x@example.com"
    _spf.oldhost.net. TXT "v=spf1 ip4:198.51.100.0/24 -all"
"""


def verified(text, plan=None, phase=None, **options):
    """A plan made before, held against a world."""
    plan = plan or planned(BEFORE, **options)
    return world(text + PROVIDERS).read(verification(plan, phase))


def status(found, owner, rdtype):
    """The status of one record set."""
    return [i.status.value for i in found.items if (i.change.owner, i.change.rdtype) == (owner, rdtype)]


def test_containing_is_enough():
    """
    Order, case, chunks, TTL and further terms make nothing wrong.
    """
    found = verified(DONE, phase="all")

    assert {"right"} == {i.status.value for i in found.items}, [str(i.message) for i in found.items]
    assert 0 == found.exit_code


def test_nothing_published_is_missing_or_wrong():
    """
    Exit code 1.
    """
    found = verified(BEFORE, phase="all")

    assert ["wrong"] == status(found, "example.com", "MX")
    assert ["missing"] == status(found, "google._domainkey.example.com", "TXT")
    assert 1 == found.exit_code


def test_later_phases_are_not_yet_due():
    """
    The first open phase is judged, what follows is no fault.
    """
    found = verified(BEFORE)

    assert 2 == found.phase_due
    assert ["not_yet_due"] == status(found, "google._domainkey.example.com", "TXT")


def test_a_phase_whose_time_has_not_come_is_not_due():
    """
    Before the keys' earliest time the proof alone counts.
    """
    plan = planned(BEFORE)
    text = BEFORE + f'example.com. TXT "{GOOGLE["verification"]}"'
    found = world(text + PROVIDERS).read(verification(plan, now="2026-11-21T12:30:00Z"))

    assert (2, 0) == (found.phase_due, found.exit_code)


@pytest.mark.parametrize("kind", ["TIMEOUT", "SERVFAIL", "REFUSED"])
def test_what_could_not_be_read_is_unknown(kind):
    """
    Nothing wrong and something unknown is exit code 3.
    """
    text = "\n".join(line for line in DONE.splitlines() if " MX " not in line)
    found = verified(f"{text}\nexample.com. {kind} MX", phase="all")

    assert ["unknown"] == status(found, "example.com", "MX")
    assert 3 == found.exit_code


@pytest.mark.parametrize("kind", ["TIMEOUT", "SERVFAIL", "REFUSED"])
def test_a_ttl_that_could_not_be_read_is_not_low_enough(kind):
    """
    A switch made on the strength of it would last as long as the old TTL says.
    """
    plan = planned("example.com. 86400 MX 10 mx.old.net.", provider="google-workspace", settings=GOOGLE)
    found = verified(f"example.com. {kind} MX", plan)
    lowered = next(i for i in found.items if i.change.purpose == "ttl")

    assert (1, "unknown") == (found.phase_due, lowered.status.value)
    assert 3 == verified(f"example.com. {kind} MX", plan, 1).exit_code
    assert "low enough" not in str(lowered.message)


def test_a_set_that_is_gone_has_no_ttl_that_is_low_enough():
    """
    Whoever reads that its TTL is low enough believes that the MX is still there.
    """
    plan = planned("example.com. 86400 MX 10 mx.old.net.", provider="google-workspace", settings=GOOGLE)
    found = verified("www.example.com. A 9.9.9.9", plan, 1)
    lowered = next(i for i in found.items if i.change.purpose == "ttl")

    assert "low enough" not in str(lowered.message)
    assert "no record" in str(lowered.message)


def test_two_spf_records_are_wrong():
    """
    Even when one of them holds everything.
    """
    found = verified(DONE + '\nexample.com. TXT "v=spf1 -all"', phase="all")

    assert ["wrong"] == status(found, "example.com", "TXT")


def test_a_weaker_policy_is_wrong():
    """
    At least as strict is right, less is not.
    """
    plan = planned('_dmarc.example.com. TXT "v=DMARC1; p=quarantine; rua=mailto:d@example.com"')
    text = DONE.replace("p=reject", "p=none")

    assert "wrong" in status(verified(text, plan, "all"), "_dmarc.example.com", "TXT")


def test_a_flattened_alias_is_right():
    """
    The owner has what the target has.
    """
    plan = planned("", provider="microsoft-365", settings=MICROSOFT)
    text = "autodiscover.example.com. A 203.0.113.9\nautodiscover.outlook.com. A 203.0.113.9"
    wrong = "autodiscover.example.com. A 203.0.113.10\nautodiscover.outlook.com. A 203.0.113.9"

    assert ["right"] == status(verified(text, plan, "all"), "autodiscover.example.com", "CNAME")
    assert ["wrong"] == status(verified(wrong, plan, "all"), "autodiscover.example.com", "CNAME")


def test_a_change_that_waits_keeps_its_phase_open():
    """
    Exit code 1 until the value is there.
    """
    found = verified(DONE, planned(BEFORE, settings={}), "all")

    assert ["waiting"] == status(found, "google._domainkey.example.com", "TXT")
    assert 1 == found.exit_code


def test_what_is_to_go_is_wrong_while_it_is_there():
    """
    The retire phase looks for what must be gone.
    """
    today = f"""
        example.com. 300 MX 1 smtp.google.com.
        example.com. TXT "v=spf1 include:_spf.google.com ~all"
        google._domainkey.example.com. TXT "v=DKIM1; k=rsa; p={KEY[:200]}" "{KEY[200:]}"
    """
    plan = planned(today, provider="microsoft-365", settings=MICROSOFT, leave=("google-workspace",))
    found = verified(today, plan, "all")

    assert ["wrong"] == status(found, "google._domainkey.example.com", "TXT")


def steps(found):
    """The statuses of the steps of enforcement, phase by phase."""
    return [i.status.value for i in found.items if i.step]


WATCHING = DONE.replace("p=reject", "p=none")


def test_enforcement_is_not_done_while_the_policy_is_none():
    """
    The phases that only name their record are items of their own: missing when asked for by number.
    """
    plan = planned(BEFORE)
    first, last = [p.number for p in plan.phases if p.id == "enforce"]

    assert ["missing", "not_yet_due"] == steps(verified(WATCHING, plan, first))
    assert 1 == verified(WATCHING, plan, first).exit_code
    assert ["missing", "missing"] == steps(verified(WATCHING, plan, last))
    assert ["waiting", "waiting"] == steps(verified(WATCHING, plan, "all"))
    assert 1 == verified(WATCHING, plan, "all").exit_code


def test_a_step_of_enforcement_is_done_when_its_policy_is_published():
    """
    Quarantine closes the first step and not the second; reject closes both.
    """
    plan = planned(BEFORE)
    first = next(p.number for p in plan.phases if p.id == "enforce")
    quarantined = DONE.replace("p=reject", "p=quarantine")

    assert 0 == verified(quarantined, plan, first).exit_code
    assert ["right", "waiting"] == steps(verified(quarantined, plan, "all"))
    assert ["right", "right"] == steps(verified(DONE, plan, "all"))


@pytest.mark.parametrize("options", [{}, {"dmarc_goal": "reject"}])
def test_enforcement_is_not_due_by_itself_before_its_reports(options):
    """
    All else published is finished, and no fault; the steps wait for their reports.
    """
    found = verified(WATCHING, **options)

    assert (0, True) == (found.exit_code, found.finished)
    assert ["not_yet_due", "not_yet_due"] == steps(found)


def test_a_planned_step_is_due_when_its_time_has_come():
    """
    The owner chose the goal, so the date of the plan is what it waits for.
    """
    plan = planned(BEFORE, dmarc_goal="quarantine")
    found = world(WATCHING + PROVIDERS).read(verification(plan, now="2027-11-21T12:30:00Z"))

    assert ["missing"] == steps(found)
    assert 1 == found.exit_code


def test_a_host_name_with_the_zone_behind_it_is_told_with_the_cure():
    """
    A form that adds the domain needs a dot at the end of the name.
    """
    found = verified(DONE.replace("SMTP.Google.com.", "smtp.google.com.example.com."), phase="all")
    item = next(i for i in found.items if i.change.rdtype == "MX")

    assert "wrong" == item.status.value
    assert "smtp.google.com.: write" not in str(item.message)
    assert "with a dot at its end, smtp.google.com.," in str(item.message)


def test_what_was_published_early_and_wrong_is_no_matter_of_a_later_phase():
    """
    A typing error in an MX loses mail now, and a second SPF record breaks the first, whatever the calendar says.
    """
    early = BEFORE.replace("10 mail.oldhost.net.", "1 smpt.google.com.")
    twice = BEFORE + 'example.com. TXT "v=spf1 include:_spf.google.com ~all"'

    assert ["wrong"] == status(verified(early), "example.com", "MX")
    assert "wrong" in status(verified(twice), "example.com", "TXT")
    assert verified(BEFORE).phase_due == verified(early).phase_due
    assert "wrong" not in status(verified(BEFORE), "example.com", "TXT")


def test_two_spf_records_from_before_the_plan_are_the_plans_own_matter():
    """
    They are joined in their phase.
    """
    twice = BEFORE + 'example.com. TXT "v=spf1 a -all"\nexample.com. A 192.0.2.80\n'
    plan = planned(twice)

    assert "wrong" not in status(verified(twice, plan), "example.com", "TXT")


@pytest.mark.parametrize(
    ("place", "short"),
    [
        ("google._domainkey.example.com.example.com", "google._domainkey"),
        ("_dmarc.example.com.example.com", "_dmarc"),
        ("example.com.example.com", "@"),
    ],
)
def test_a_name_typed_whole_into_a_panel_is_told_with_the_cure(place, short):
    """
    The panel adds the domain itself; the record stands one domain too far, and the name to enter is said.
    """
    owner = place.removesuffix(".example.com")
    lines = [line.strip() for line in DONE.strip().splitlines()]
    moved = "\n".join(re.sub(rf"^{re.escape(owner)}\. TXT", f"{place}. TXT", line) for line in lines)
    found = verified(BEFORE.strip().splitlines()[0].strip() + "\n" + moved, phase="all")
    told = [str(i.message) for i in found.items if place in str(i.message)]

    assert told
    assert all(text.endswith(f"enter only {short} as the name") for text in told)
    assert 1 == found.exit_code


def test_what_is_missing_everywhere_is_said_to_be_missing():
    """
    Nothing at the doubled name, or something else there: no word of it.
    """
    other = BEFORE + 'google._domainkey.example.com.example.com. TXT "something else"\n'

    for text in (BEFORE, other):
        found = verified(text, phase="all")
        assert not [i for i in found.items if "stands at" in str(i.message)]


def test_a_provider_that_is_still_to_be_left_is_not_all_that_was_planned():
    """
    The SPF record of now is right, and the one of the last phase comes later: nobody should think it is over.
    """
    plan = planned(
        BEFORE.replace("10 mail.oldhost.net", "10 mx.zoho.eu").replace(
            "_spf.oldhost.net -all", "zohomail.eu -all"
        ),
        leave=["zoho-mail"],
    )
    there = (
        DONE.replace("include:_spf.oldhost.net ?all", "include:zohomail.eu -all")
        .replace('TXT "V=SPF1 Include:_SPF.google.com ip4:192.0.2.77', 'TXT "v=spf1 include:_spf.google.com')
        .replace("p=reject", "p=none")
    )
    now = world(there + PROVIDERS).read(verification(plan, now="2026-11-23T12:00:00Z"))

    assert "retire" in {p.id for p in plan.phases}
    assert 0 == now.exit_code
    assert not now.finished


def test_a_ttl_need_not_be_lowered_for_a_switch_that_was_made():
    """
    Whoever was faster than the clock has no TTL to lower any more.
    """
    text = DONE.replace("example.com. 60 MX 7 SMTP.Google.com.", "example.com. 3600 MX 1 smtp.google.com.")
    plan = planned(BEFORE)
    found = world(text + PROVIDERS).read(verification(plan, now="2026-11-21T12:30:00Z"))

    assert not [i for i in found.items if i.lingers]
