"""The proof tells who passes by the joint record only until a later phase of the move is done."""

from __future__ import annotations

import pytest

from mailsetup.planning.renderers import table
from mailsetup.planning.saved import dumps, loads
from tests.plan.planning import MICROSOFT, notes, planned

OLD = """
    example.com. MX 10 mail.oldhost.net.
    mail.oldhost.net. A 198.51.100.25
    _spf.oldhost.net. TXT "v=spf1 ip4:198.51.100.0/24 -all"
"""
YANDEX_SPF = """
    example.com. TXT "v=spf1 include:_spf.yandex.net ~all"
    _spf.yandex.net. TXT "v=spf1 ip4:77.88.0.0/18 ~all"
"""


def shown(plan):
    """The plan as a person reads it, on one line."""
    return " ".join(table.render(plan).split())


def test_who_passes_as_mx_only_is_named_with_the_address_to_add():
    """
    ``mx`` means the new hosts after the switch, so the old server would be refused then (RFC 7208 section 5.4).
    """
    plan = planned(f'{OLD} \n example.com. TXT "v=spf1 mx -all"')

    assert {"switch": ("198.51.100.25/32",)} == plan.spf_proof.later
    assert 'the MX switch takes it from 198.51.100.25/32, which pass as "mx" alone' in shown(plan)
    assert "nobody loses what he had when this record is published" in shown(plan)
    assert "ip4:198.51.100.25" in notes(plan)


def test_neighbouring_hosts_become_terms_that_spf_knows():
    """
    A range is written as blocks: ``ip4:first-last`` would break the record.
    """
    hosts = "".join(f" \n mail.oldhost.net. A 198.51.100.{n}" for n in range(26, 32))
    plan = planned(f'{OLD}{hosts} \n example.com. TXT "v=spf1 mx -all"')

    assert "first: ip4:198.51.100.25 ip4:198.51.100.26/31 ip4:198.51.100.28/30" in notes(plan)


def test_nothing_is_said_of_mx_where_another_term_lets_the_old_servers_send():
    """
    Then nobody loses by the switch, and nobody has to act.
    """
    plan = planned(f'{OLD} \n example.com. TXT "v=spf1 mx include:_spf.oldhost.net -all"')

    assert {} == plan.spf_proof.later
    assert '"mx"' not in notes(plan)


def test_a_service_that_cannot_be_read_does_not_hide_that_the_old_servers_pass_anyway():
    """
    It may let more people pass, and takes nothing from anybody.
    """
    plan = planned(
        f"{OLD} \n spf.service.example. TIMEOUT \n"
        'example.com. TXT "v=spf1 ip4:198.51.100.25 a mx include:spf.service.example ~all"'
    )

    assert {} == plan.spf_proof.later
    assert 'holds "mx"' not in notes(plan)


def test_mail_hosts_that_are_not_known_yet_take_nothing_from_who_passes_without_mx():
    """
    Whatever the console will show, the old servers are named in the record.
    """
    zone = f'{OLD} \n example.com. TXT "v=spf1 ip4:198.51.100.25 mx -all"'
    without_host = {name: value for name, value in MICROSOFT.items() if name != "mx_host"}
    plan = planned(zone, provider="microsoft-365", settings=without_host)
    alone = planned(zone.replace("ip4:198.51.100.25 ", ""), provider="microsoft-365", settings=without_host)

    assert 'holds "mx"' not in notes(plan)
    assert 'holds "mx"' in notes(alone)


def test_what_cannot_be_read_keeps_the_warning_without_addresses():
    """
    Unknown is not absent: who the old servers are may still matter.
    """
    plan = planned(
        'example.com. MX 10 mail.oldhost.net. \n mail.oldhost.net. TIMEOUT \n example.com. TXT "v=spf1 mx -all"'
    )

    assert 'holds "mx"' in notes(plan)
    assert "switch" not in plan.spf_proof.later


def test_mail_hosts_that_stay_take_nothing_from_mx():
    plan = planned(f'{OLD} \n example.com. TXT "v=spf1 mx -all"', keep_mx=True)

    assert {} == plan.spf_proof.later
    assert 'holds "mx"' not in notes(plan)


def test_whom_the_last_phase_takes_out_is_named():
    """
    The provider that is left passes until then, and the proof does not hide it.
    """
    zone = """
        example.com. MX 1 smtp.google.com.
        example.com. TXT "v=spf1 include:_spf.google.com ip4:198.51.100.9 -all"
    """
    plan = planned(zone, provider="microsoft-365", settings=MICROSOFT, leave=("google-workspace",))

    assert {"retire": ("192.0.2.0/24",)} == plan.spf_proof.later
    assert "the last phase takes it from 192.0.2.0/24, with the provider that is left" in shown(plan)


def test_what_later_phases_take_is_saved_with_the_plan():
    plan = planned(f'{OLD} \n example.com. TXT "v=spf1 mx -all"')

    assert plan.spf_proof.later == loads(dumps(plan)).spf_proof.later


@pytest.mark.parametrize(
    ("spf", "named"),
    [("", True), ('example.com. TXT "v=spf1include:_spf.yandex.net ~all"', True), (f"{YANDEX_SPF}", False)],
    ids=["none", "none that counts", "one"],
)
def test_who_receives_today_and_is_not_in_a_first_spf_record_is_named(spf, named):
    """
    Where nobody failed, the new record is the first that lets letters fail: also those of the provider of today.
    """
    zone = f"example.com. MX 10 mx.yandex.net. \n mx.yandex.net. A 77.88.21.249 \n {spf}"
    said = notes(planned(zone, provider="microsoft-365", settings=MICROSOFT))

    assert named == (
        "Yandex 360 for Business receives the mail of example.com today and is not in its first SPF record"
        in said
    )
    assert named == ("--sender yandex-360" in said)
    assert "is not in its first SPF record" not in notes(planned(zone, senders=("yandex-360",)))


def test_a_first_spf_record_says_that_others_fail_from_then_on():
    """
    Whoever runs the mail; a domain without mail of its own has nobody who could fail.
    """
    assert "anybody it does not name" in notes(planned("example.com. MX 10 mail.old.net."))
    assert "anybody it does not name" not in notes(planned(""))
    assert "anybody it does not name" not in notes(planned(OLD + 'example.com. TXT "v=spf1 mx -all"'))
