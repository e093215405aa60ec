"""When each phase is safe: old TTLs, negative caching, days of grace; never the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailsetup.model.errors import UsageError
from mailsetup.planning.phases import moment
from tests.plan.planning import KEY, MICROSOFT, change, notes, planned

OLD = """
    example.com. SOA ns1.dns.test. h.example.com. 1 7200 3600 1209600 1800
    example.com. 14400 MX 10 mail.oldhost.net.
    example.com. 7200 TXT "v=spf1 include:_spf.oldhost.net -all"
    _spf.oldhost.net. TXT "v=spf1 ip4:198.51.100.0/24 -all"
"""


def starts(plan):
    """Each phase's id with its earliest time."""
    return [(p.id, p.earliest) for p in plan.phases if p.id != "enforce"]


def test_each_phase_waits_for_what_caches_may_hold():
    """
    Prepare and prove at once; keys after the TXT's TTL; the switch after the old MX TTL.
    """
    expected = [
        ("prepare", "2026-11-21T12:00:00Z"),
        ("prove", "2026-11-21T12:00:00Z"),
        ("authenticate", "2026-11-21T14:00:00Z"),
        ("switch", "2026-11-21T16:00:00Z"),
    ]

    assert expected == starts(planned(OLD))


def test_a_low_ttl_needs_no_preparation():
    """
    Nothing to lower.
    """
    assert "prepare" not in [p.id for p in planned(OLD.replace("14400", "300")).phases]


def test_the_ttl_is_lowered_before_the_switch_and_raised_by_it():
    """
    300 seconds while it matters.
    """
    plan = planned(OLD)
    lowered, switched = change(plan, "example.com", "MX", "ttl"), change(plan, "example.com", "MX", "mx")

    assert (300, 14400) == (lowered.ttl, lowered.ttl_before)
    assert lowered.before == lowered.after
    assert (3600, 300) == (switched.ttl, switched.ttl_before)


def test_names_that_did_not_exist_wait_for_the_negative_ttl():
    """
    The lesser of SOA minimum and SOA TTL (RFC 2308 section 5).
    """
    text = "example.com. SOA ns1.dns.test. h.example.com. 1 7200 3600 1209600 900"
    plan = planned(text)
    proof = next(p for p in plan.phases if p.id == "prove")

    assert 900 == proof.wait_seconds


def test_the_old_provider_goes_a_week_after_the_switch():
    """
    Letters on their way still need its keys.
    """
    text = """
        example.com. 300 MX 10 mx.zoho.com.
        example.com. 300 TXT "v=spf1 include:zohomail.com ~all"
        zohomail.com. TXT "v=spf1 ip4:198.51.100.0/24 -all"
    """
    plan = planned(text, leave=("zoho-mail",))
    switch = next(p for p in plan.phases if p.id == "switch")
    retire = next(p for p in plan.phases if p.id == "retire")

    assert switch.earliest[:10] == "2026-11-21"
    assert retire.earliest[:10] == "2026-11-28"


def test_times_stand_in_utc_and_in_the_owners_zone():
    """
    Both, with the offset.
    """
    first = planned(OLD, time_zone="America/New_York").phases[0]

    assert ("2026-11-21T12:00:00Z", "2026-11-21T07:00:00-05:00") == (first.earliest, first.earliest_local)


def test_a_phase_that_waits_holds_those_after_it():
    """
    The switch says which phase must close first.
    """
    plan = planned(OLD, settings={})
    switch = next(p for p in plan.phases if p.id == "switch")

    assert [b for b in switch.blocked_by if "is closed" in str(b)]


def test_an_mta_sts_policy_in_force_is_changed_before_the_switch():
    """
    Senders refuse exchanges the policy does not name (RFC 8461 section 5).
    """
    plan = planned(OLD + '_mta-sts.example.com. TXT "v=STSv1; id=1"')
    switch = next(p for p in plan.phases if p.id == "switch")

    assert any("smtp.google.com" in str(b) for b in switch.blocked_by)


def test_mta_sts_without_a_place_for_the_policy_stops_and_says_so():
    """
    No record is planned that leads nowhere.
    """
    plan = planned(OLD, mta_sts=True)

    assert not [c for c in plan.changes if c.purpose == "mta-sts"]
    assert "mta-sts-host" in notes(plan)


def test_mta_sts_starts_in_testing_and_its_record_comes_last():
    """
    Host first, file second, record after the switch; the id follows from the policy.
    """
    plan = planned(OLD, mta_sts=True, mta_sts_host="pages.example.net")
    again = planned(OLD, mta_sts=True, mta_sts_host="pages.example.net")
    record = change(plan, "_mta-sts.example.com", "TXT")

    assert "mode: testing" in next(iter(plan.hosted_files.values()))
    assert record.phase > change(plan, "example.com", "MX", "mx").phase
    assert record.phase > change(plan, "mta-sts.example.com", "CNAME").phase
    assert record.after == change(again, "_mta-sts.example.com", "TXT").after


def test_a_ttl_that_ran_down_in_a_cache_is_taken_for_the_whole_one():
    """
    A date may be late, never early.
    """
    lowered = change(planned(OLD.replace("14400", "14213")), "example.com", "MX", "ttl")

    assert 14400 == lowered.ttl_before


def test_the_phase_that_is_named_is_the_one_that_decides_the_date():
    """
    The switch counts from the end of the keys' phase, not from the longest wait of all.
    """
    plan = planned(OLD)
    phases = {p.id: p for p in plan.phases}
    keys, switch = phases["authenticate"], phases["switch"]
    ends = moment(keys.earliest) + timedelta(seconds=keys.wait_seconds)

    assert moment(switch.earliest) == ends
    assert {"number": keys.number, "seconds": keys.wait_seconds} == dict(switch.why_then.values)
    assert f"Caches hold what stood there before phase {keys.number} " in str(switch.why_then)


BEHIND = """
    example.com. 300 MX 10 eu-smtp-inbound-1.mimecast.com.
    example.com. TXT "v=spf1 include:eu._netblocks.mimecast.com include:_spf.google.com -all"
    eu._netblocks.mimecast.com. TXT "v=spf1 ip4:198.51.100.0/26 -all"
"""


@pytest.mark.parametrize(
    ("settings", "inner"), [({}, "the mail server that"), (MICROSOFT, "protection.outlook.com")]
)
def test_behind_a_filter_the_switch_is_made_at_the_filter(settings, inner):
    """
    No record shows it, so the phases name it: nothing rests on the new provider, and nothing of the old one goes, before.
    """
    plan = planned(BEHIND, provider="microsoft-365", settings=settings, leave=("google-workspace",))
    switch = next(p for p in plan.phases if p.id == "switch")
    retire = next(p for p in plan.phases if p.id == "retire")

    assert any("hands the mail of example.com to" in str(b) and inner in str(b) for b in switch.blocked_by)
    assert any(f"phase {switch.number} is closed" in str(b) for b in retire.blocked_by)
    assert (settings == {}) == ("what is behind a filter: Microsoft 365 admin centre" in notes(plan))


def test_without_a_switch_of_its_own_the_last_phase_waits_for_the_filter():
    """
    The records of the old provider go once the filter delivers elsewhere.
    """
    plan = planned(BEHIND, provider="zoho-mail", leave=("google-workspace",), keep_mx=True, settings={})
    retire = next(p for p in plan.phases if p.id == "retire")

    assert "switch" not in [p.id for p in plan.phases]
    assert any("hands the mail of example.com to" in str(b) for b in retire.blocked_by)


@pytest.mark.parametrize("text", ["9999-12-31T23:00:00Z", "0001-01-01T00:00:00+14:00", "1969-12-31", "soon"])
def test_a_time_that_no_plan_can_count_from_is_refused(text):
    """
    One sentence, whatever a recording says its time is.
    """
    with pytest.raises(UsageError, match="2026-11-21T12:00:00Z"):
        moment(text)


ENFORCED = """
    example.com. MX 10 mail.old.net.
    example.com. TXT "v=spf1 mx -all"
    _dmarc.example.com. TXT "v=DMARC1; p=reject; rua=mailto:d@example.com"
"""
KEYED = f"""
    example.com. MX 1 smtp.google.com.
    google._domainkey.example.com. TXT "v=DKIM1; k=rsa; p={KEY[:200]}" "{KEY[200:]}"
"""


@pytest.mark.parametrize(
    ("text", "options", "title"),
    [
        (ENFORCED, {"senders": ("sendgrid",)}, "Publish the DKIM keys and what goes with them"),
        (
            KEYED,
            {"dmarc_goal": "", "reports_to": ("d@example.com",)},
            "Publish one SPF record that holds for everybody who sends, and what goes with it",
        ),
        (
            "example.com. MX 10 mail.old.net.",
            {},
            "Publish the DKIM keys and one SPF record for old and new together",
        ),
    ],
    ids=["keys and an alias", "spf and dmarc", "both"],
)
def test_a_phase_is_called_by_what_is_in_it(text, options, title):
    """
    An SPF record that waits for DKIM has a phase of its own, and who has his keys publishes none.
    """
    assert title in [str(p.title) for p in planned(text, **options).phases]
