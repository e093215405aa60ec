"""The DMARC policy is never weakened, starts at none, and is led on by dated steps."""

from __future__ import annotations

import pytest

from mailsetup.model.plan import Action
from mailsetup.planning.dmarc_policy import report_uri
from tests.plan.planning import GOOGLE, KEY, after, change, notes, planned

MAIL = "example.com. 3600 MX 10 mail.oldhost.net."
ARRIVED = "example.com. 3600 MX 1 smtp.google.com."
OWNER = "_dmarc.example.com"
WITH_RUA = {**GOOGLE, "rua": "dmarc@example.com"}


def test_a_missing_policy_begins_at_none_with_reports():
    """
    Reports to a mailbox that receives already begin with the keys.
    """
    made = change(planned(ARRIVED, settings=WITH_RUA), OWNER, "TXT")

    assert ['"v=DMARC1; p=none; rua=mailto:dmarc@example.com"'] == after(made)


def test_no_retired_tag_is_ever_written():
    """
    pct, rf and ri are gone (RFC 9989 appendix C).
    """
    plan = planned(MAIL, settings=WITH_RUA, dmarc_goal="reject")
    texts = " ".join(text for c in plan.changes if c.owner == OWNER for text in after(c))

    assert not [tag for tag in ("pct=", "rf=", "ri=") if tag in texts]


def test_reports_to_a_mailbox_of_the_new_provider_begin_with_the_switch():
    """
    The mailbox does not exist before.
    """
    plan = planned(MAIL, settings=WITH_RUA)
    made = change(plan, OWNER, "TXT")

    assert "switch" == plan.phases[made.phase - 1].id
    assert change(plan, "example.com", "MX", "mx").phase == made.phase


def test_without_an_address_the_policy_stands_alone_and_the_steps_are_blocked():
    """
    p=none without rua is valid; what rests on reports waits for them.
    """
    plan = planned(MAIL)
    steps = [p for p in plan.phases if p.id == "enforce"]

    assert ['"v=DMARC1; p=none"'] == after(change(plan, OWNER, "TXT"))
    assert "rua" in notes(plan)
    assert all(any("reports" in str(b) for b in step.blocked_by) for step in steps)


def test_a_foreign_destination_without_consent_is_not_used():
    """
    Receivers would send nothing there (RFC 9990 section 4).
    """
    plan = planned(MAIL + "\nreports.net. MX 5 mx.reports.net.", reports_to=("me@reports.net",))

    assert ['"v=DMARC1; p=none"'] == after(change(plan, OWNER, "TXT"))
    assert "example.com._report._dmarc.reports.net" in notes(plan)


def test_a_foreign_destination_with_consent_is_used_at_once():
    """
    Its record is there.
    """
    text = f"""{MAIL}
        reports.net. MX 5 mx.reports.net.
        *._report._dmarc.reports.net. TXT "v=DMARC1"
    """
    plan = planned(text, reports_to=("mailto:me@reports.net",))

    assert ['"v=DMARC1; p=none; rua=mailto:me@reports.net"'] == after(change(plan, OWNER, "TXT"))
    assert "authenticate" == plan.phases[change(plan, OWNER, "TXT").phase - 1].id


def test_consent_that_could_not_be_read_is_not_consent():
    """
    Neither is it refusal: the note says to run the plan again.
    """
    text = f"{MAIL}\nreports.net. MX 5 mx.reports.net.\nexample.com._report._dmarc.reports.net. TIMEOUT"
    plan = planned(text, reports_to=("me@reports.net",))

    assert "rua" not in " ".join(after(change(plan, OWNER, "TXT")))
    assert "could not be read" in notes(plan)


@pytest.mark.parametrize("policy", ["none", "quarantine", "reject"])
def test_a_policy_that_is_there_stays(policy):
    """
    Whatever it is, with its tags, the retired ones too.
    """
    text = f'{MAIL}\n{OWNER}. TXT "v=DMARC1; p={policy}; pct=50; rua=mailto:d@example.com"'
    plan = planned(text)

    assert Action.KEEP is change(plan, OWNER, "TXT").action
    assert "pct=50" in notes(plan)


def test_several_records_become_the_one_that_asks_for_least():
    """
    Receivers discard them all (RFC 9989 section 4.10): no policy is in force, so none is put in force before a key was seen.
    """
    text = f'{MAIL}\n{OWNER}. TXT "v=DMARC1; p=none; rua=mailto:a@example.com"\n{OWNER}. TXT "v=DMARC1; p=reject"'

    assert ['"v=DMARC1; p=none; rua=mailto:a@example.com"'] == after(change(planned(text), OWNER, "TXT"))


def test_a_hosted_policy_stays_with_its_host():
    """
    ``_dmarc`` is a CNAME.
    """
    text = f"""{MAIL}
        {OWNER}. CNAME example.com.hosted-dmarc.net.
        example.com.hosted-dmarc.net. TXT "v=DMARC1; p=none; rua=mailto:x@hosted-dmarc.net"
    """
    plan = planned(text, settings=WITH_RUA)

    assert ["keep"] == [c.action.value for c in plan.changes if c.owner == OWNER]
    assert "hosted-dmarc.net" in notes(plan)


def test_a_policy_that_could_not_be_read_is_not_replaced():
    """
    A time-out never becomes "missing".
    """
    assert Action.WAITING is change(planned(f"{MAIL}\n{OWNER}. TIMEOUT"), OWNER, "TXT").action


def test_the_way_to_enforcement_has_dates_two_weeks_apart():
    """
    Fourteen days of reports before quarantine, fourteen more before reject.
    """
    plan = planned(ARRIVED, settings={**WITH_RUA})
    steps = [p.earliest for p in plan.phases if p.id == "enforce"]

    assert ["2026-12-05T14:00:00Z", "2026-12-19T14:00:00Z"] == steps


def test_strictness_is_a_choice():
    """
    The steps become changes only when a goal is named.
    """
    shown = planned(ARRIVED, settings=WITH_RUA)
    chosen = planned(ARRIVED, settings=WITH_RUA, dmarc_goal="quarantine")
    policies = [after(c)[0] for c in chosen.changes if c.owner == OWNER]

    assert 1 == sum(c.owner == OWNER for c in shown.changes)
    assert [
        '"v=DMARC1; p=none; rua=mailto:dmarc@example.com"',
        '"v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com"',
    ] == policies


@pytest.mark.parametrize("policy", ["quarantine", "reject"])
def test_while_a_policy_is_enforced_sending_waits_for_dkim(policy):
    """
    SPF and MX come in phases after the keys, blocked until they verify.
    """
    text = f'{MAIL}\n{OWNER}. TXT "v=DMARC1; p={policy}; rua=mailto:d@example.com"'
    plan = planned(text)
    keys = change(plan, "google._domainkey.example.com", "TXT").phase
    sending = [change(plan, "example.com", "TXT", "spf").phase, change(plan, "example.com", "MX", "mx").phase]

    assert all(keys < phase for phase in sending)
    assert all(any("DKIM" in str(b) for b in plan.phases[phase - 1].blocked_by) for phase in sending)


def test_with_keys_published_already_nothing_is_blocked():
    """
    The provider signs today.
    """
    text = f"""{MAIL}
        {OWNER}. TXT "v=DMARC1; p=reject; rua=mailto:d@example.com"
        google._domainkey.example.com. TXT "v=DKIM1; p={KEY[:200]}" "{KEY[200:]}"
    """
    plan = planned(text)

    assert not any("DKIM" in str(b) for p in plan.phases for b in p.blocked_by)


def test_an_address_with_other_letters_is_written_in_a_labels():
    """
    Names in policy records are A-labels (RFC 8616 section 4).
    """
    assert "mailto:d@xn--bcher-kva.example" == report_uri("d@B\u00fccher.example")


def test_an_address_that_gets_reports_already_is_not_added_again():
    """
    Case does not make another address.
    """
    text = f'{ARRIVED}\n{OWNER}. TXT "v=DMARC1; p=none; rua=mailto:DMARC@example.com,mailto:b@example.com"'

    assert Action.KEEP is change(planned(text, settings=WITH_RUA), OWNER, "TXT").action
