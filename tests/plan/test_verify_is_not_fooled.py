"""A green verify means that what the plan asks for is there: nothing beside it, before it or after it counts instead."""

from __future__ import annotations

import pytest

from mailsetup.planning.undo import undo
from mailsetup.planning.verify import verification
from tests.plan.planning import KEY, PROVIDERS, TOKEN, planned
from tests.plan.test_saved_and_undo import published
from tests.zones import AS_OF, world

BEFORE = """
    example.com. 3600 MX 10 mail.oldhost.net.
    example.com. TXT "v=spf1 include:_spf.oldhost.net -all"
    _spf.oldhost.net. TXT "v=spf1 ip4:198.51.100.0/24 -all"
"""
JOINT = BEFORE.replace(
    "include:_spf.oldhost.net -all", "include:_spf.oldhost.net include:_spf.google.com -all"
)
KEY_THERE = f'google._domainkey.example.com. TXT "v=DKIM1; k=rsa; p={KEY[:200]}" "{KEY[200:]}"'
DONE = f"""
    example.com. 300 MX 1 smtp.google.com.
    example.com. TXT "{TOKEN}"
    example.com. TXT "v=spf1 include:_spf.oldhost.net include:_spf.google.com -all"
    _dmarc.example.com. TXT "v=DMARC1; p=none"
    _spf.oldhost.net. TXT "v=spf1 ip4:198.51.100.0/24 -all"
    {KEY_THERE}
"""


def found(text, plan, phase=None):
    """What a plan made before says of a world."""
    return world(text + PROVIDERS).read(verification(plan, phase))


def status(result, owner, rdtype):
    """The statuses of one record set."""
    return {i.status.value for i in result.items if (i.change.owner, i.change.rdtype) == (owner, rdtype)}


@pytest.mark.parametrize("phase", [2, 3, None, "all"])
def test_a_proof_of_ownership_that_is_missing_is_not_hidden_by_the_spf_record_beside_it(phase):
    """
    Both are texts at the same name; each is looked for, whatever phase it belongs to.
    """
    result = found(JOINT, planned(BEFORE), phase)

    assert status(result, "example.com", "TXT") & {"missing", "wrong"}
    assert 1 == result.exit_code


def test_the_proof_that_is_missing_is_the_phase_that_is_due():
    """
    Everything else is there; the second phase stays open.
    """
    result = found(DONE.replace(f'example.com. TXT "{TOKEN}"', ""), planned(BEFORE))

    assert (2, 1) == (result.phase_due, result.exit_code)


def test_a_term_behind_all_lets_nobody_send():
    """
    No receiver reads it (RFC 7208 section 5.1).
    """
    text = DONE.replace("include:_spf.google.com -all", "-all include:_spf.google.com")

    assert {"wrong"} == status(found(text, planned(BEFORE), "all"), "example.com", "TXT")


def test_a_redirect_to_the_providers_record_is_as_good_as_its_include():
    """
    It counts while the record has no all.
    """
    text = DONE.replace("include:_spf.google.com -all", "redirect=_spf.google.com")
    ignored = DONE.replace("include:_spf.google.com -all", "redirect=_spf.google.com -all")

    assert {"right"} == status(found(text, planned(BEFORE), "all"), "example.com", "TXT")
    assert {"wrong"} == status(found(ignored, planned(BEFORE), "all"), "example.com", "TXT")


def test_a_redirect_that_was_kept_must_stay():
    """
    The record that only redirects holds everything, so the plan keeps it; a record without it does not.
    """
    before = 'example.com. TXT "v=spf1 redirect=_spf.google.com"'
    plan = planned(before)
    other = DONE.replace("include:_spf.oldhost.net include:_spf.google.com -all", "ip4:198.51.100.1 -all")

    assert {"wrong"} == status(found(other, plan, "all"), "example.com", "TXT")


def test_an_ending_that_was_chosen_is_looked_for():
    """
    ``--spf-all`` is all the plan changes; before it is published nothing is right.
    """
    before = 'example.com. TXT "v=spf1 include:_spf.google.com ?all"'
    plan = planned(before, spf_all="-")
    there = DONE.replace(
        "include:_spf.oldhost.net include:_spf.google.com -all", "include:_spf.google.com ?all"
    )

    assert {"wrong"} == status(found(there, plan, "all"), "example.com", "TXT")
    assert {"right"} == status(found(there.replace("?all", "-all"), plan, "all"), "example.com", "TXT")


@pytest.mark.parametrize("tag", ["sp=none", "np=none", "pct=5", "t=y"])
def test_a_closed_domain_is_not_closed_while_its_policy_has_a_hole(tag):
    """
    ``p=reject`` with a hole for names below, or for most letters, is what the plan mends.
    """
    before = f'_dmarc.example.com. TXT "v=DMARC1; p=reject; {tag}"\nexample.com. MX 0 .\nexample.com. TXT "v=spf1 -all"'
    plan = planned(before, no_mail=True)

    assert {"wrong"} == status(found(before, plan, "all"), "_dmarc.example.com", "TXT")
    mended = before.replace(f"; {tag}", "")
    assert 0 == found(mended, plan, "all").exit_code


def test_strict_alignment_that_was_chosen_is_looked_for():
    """
    A record without it is not what was planned.
    """
    before = '_dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:d@example.com"'
    plan = planned(before, strict_alignment=True)

    assert "wrong" in status(found(before, plan, "all"), "_dmarc.example.com", "TXT")


def taken_back(plan, text):
    """The way back from a plan in a world."""
    return world(text + PROVIDERS).read(undo(plan, AS_OF)).plan


@pytest.mark.parametrize(
    "before", [BEFORE, "example.com. 3600 MX 10 mail.oldhost.net.", 'example.com. TXT "other"']
)
def test_a_way_back_is_not_done_before_it_is_published(before):
    """
    What the plan put in must be gone: an SPF record that still lets the new provider send, a proof, a key, a policy.
    """
    plan = planned(before)
    text = published(plan, before)
    way = taken_back(plan, text)
    result = found(text, way, "all")

    assert {"wrong"} == {i.status.value for i in result.items if i.change.action.value != "keep"}
    assert {"wrong"} == status(result, "example.com", "TXT")
    assert 0 == found(before, way, "all").exit_code


def test_a_stricter_policy_that_is_taken_back_is_looked_for():
    """
    With ``p=reject`` still there letters of the old provider are refused: the way back is not done.
    """
    before = '_dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:d@example.com"'
    plan = planned(before, dmarc_goal="reject")
    text = DONE.replace("p=none", "p=reject; rua=mailto:d@example.com")
    way = taken_back(plan, text)

    assert {"wrong"} == status(found(text, way, "all"), "_dmarc.example.com", "TXT")


def test_one_of_several_records_that_is_to_go_is_wrong_while_it_is_there():
    """
    The others stay, so the set is not gone, and still it is not right.
    """
    before = (
        """
        example.com. 300 MX 1 smtp.google.com.
        _autodiscover._tcp.example.com. SRV 0 0 443 autodiscover.old.net.
        google._domainkey.example.com. TXT "note of ours"
    """
        + KEY_THERE
    )
    plan = planned(
        before, provider="microsoft-365", settings={}, leave=("google-workspace",), replace_mx=True
    )

    assert {"wrong"} == status(found(before, plan, "all"), "google._domainkey.example.com", "TXT")


@pytest.mark.parametrize("ahead", ["-include:_spf.google.com", "?include:_SPF.google.com."])
def test_a_term_that_comes_after_its_own_refusal_lets_nobody_send(ahead):
    """
    The first match decides (RFC 7208 section 4.6.2), so a needed term behind its twin of another result does nothing.
    """
    text = DONE.replace("include:_spf.oldhost.net", f"{ahead} include:_spf.oldhost.net")
    result = found(text, planned(BEFORE), "all")

    assert "wrong" in status(result, "example.com", "TXT")


def test_a_text_of_others_that_was_lost_on_the_way_is_named():
    """
    The plan meant it to stay; a form that holds all texts of a name in one field loses them easily.
    """
    plan = planned(BEFORE + 'example.com. TXT "shop-verification=77"')
    whole = found(DONE + 'example.com. TXT "shop-verification=77"', plan, 4)
    lost = found(DONE, plan, 4)

    assert not [n for n in whole.notes if "shop-verification" in str(n)]
    assert [1] == [str(n).count('"shop-verification=77"') for n in lost.notes]
    assert 0 == lost.exit_code


def test_nothing_is_called_lost_that_could_not_be_read():
    plan = planned(BEFORE + 'example.com. TXT "shop-verification=77"')

    assert not found("example.com. TIMEOUT", plan, 4).notes
