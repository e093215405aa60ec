"""What people do to a record on its way through a panel's form is told by what happened, beside what was expected."""

from __future__ import annotations

import pytest

from mailsetup.planning.verify import verification
from tests.plan.planning import GOOGLE, KEY, MICROSOFT, PROVIDERS, planned
from tests.zones import world

BEFORE = """
    example.com. 3600 MX 10 mail.oldhost.net.
    example.com. TXT "v=spf1 include:_spf.oldhost.net -all"
    _spf.oldhost.net. TXT "v=spf1 ip4:198.51.100.0/24 -all"
"""
PROOF = GOOGLE["verification"]
JOINT = "v=spf1 include:_spf.oldhost.net include:_spf.google.com -all"
TARGET = MICROSOFT["dkim_selector1_target"]
MS = {"provider": "microsoft-365", "settings": MICROSOFT}


def told(text: str, owner: str, rdtype: str, purpose: str = "", **options: object) -> str:
    """What is said of one record set when everything is looked at."""
    plan = planned(BEFORE, **options)
    found = world(BEFORE + text + PROVIDERS).read(verification(plan, "all"))
    said = [
        str(i.message)
        for i in found.items
        if (i.change.owner, i.change.rdtype) == (owner, rdtype)
        and i.status.value in ("wrong", "missing")
        and purpose in i.change.purpose
    ]
    return " | ".join(said)


@pytest.mark.parametrize("typed", [rf"\"{PROOF}\"", f"'{PROOF}'", rf"\"{PROOF}"])
def test_quotation_marks_that_were_typed_along(typed: str) -> None:
    """
    Some forms put them in by themselves and keep those that were typed as part of the text.
    """
    assert "quotation marks" in told(f'example.com. TXT "{typed}"', "example.com", "TXT", "verification")


@pytest.mark.parametrize(
    "typed",
    [rf'\"v=DKIM1; k=rsa; p={KEY[:200]}" "{KEY[200:]}\"', rf'\"v=DKIM1; k=rsa; p={KEY[:200]}" "{KEY[200:]}'],
)
def test_a_key_in_quotation_marks(typed: str) -> None:
    """
    A key record that begins with one is no key record (RFC 6376 section 6.1.2).
    """
    owner = "google._domainkey.example.com"

    assert "quotation marks" in told(f'{owner}. TXT "{typed}"', owner, "TXT")


def test_a_key_that_was_cut_off() -> None:
    """
    At 255 characters, mostly; what stands there is the beginning of what is wanted.
    """
    owner = "google._domainkey.example.com"
    whole = f"v=DKIM1; k=rsa; p={KEY}"
    said = told(f'{owner}. TXT "{whole[:255]}"', owner, "TXT")

    assert "cut off" in said
    assert f"255 of {len(whole)}" in said


@pytest.mark.parametrize("order", [1, -1])
def test_a_key_that_was_cut_into_two_records(order: int) -> None:
    """
    Two texts at a name are two records; a long one is one record of several strings.
    """
    owner = "google._domainkey.example.com"
    halves = [f'{owner}. TXT "v=DKIM1; k=rsa; p={KEY[:180]}"', f'{owner}. TXT "{KEY[180:]}"'][::order]

    assert "2 records" in told("\n".join(halves), owner, "TXT")


def test_letters_that_were_made_small() -> None:
    """
    A key tells capital letters from small ones.
    """
    owner = "google._domainkey.example.com"
    small = f"v=DKIM1; k=rsa; p={KEY}".lower()

    assert "capital" in told(f'{owner}. TXT "{small[:255]}" "{small[255:]}"', owner, "TXT")


def test_another_key_is_just_another_key() -> None:
    """
    Where nothing can be told, nothing is.
    """
    owner = "google._domainkey.example.com"

    assert told(f'{owner}. TXT "v=DKIM1; k=rsa; p=MIGf"', owner, "TXT") == "another key stands there"


def test_an_alias_that_was_entered_as_a_text() -> None:
    """
    The form stood at TXT when the target was pasted.
    """
    owner = "selector1._domainkey.example.com"
    said = told(f'{owner}. TXT "{TARGET}"', owner, "CNAME", **MS)

    assert "TXT" in said and "CNAME" in said


def test_an_alias_whose_target_lacks_its_dot() -> None:
    """
    As for mail hosts: the zone was put behind it.
    """
    owner = "selector1._domainkey.example.com"
    said = told(f"{owner}. CNAME {TARGET}.example.com.", owner, "CNAME", **MS)

    assert "with a dot at its end" in said


def test_an_alias_behind_a_proxy() -> None:
    """
    A proxy answers with its own addresses; a key is then never found.
    """
    owner = "selector1._domainkey.example.com"
    said = told(f"{owner}. A 104.21.3.4\n{owner}. AAAA 2606:4700::1", owner, "CNAME", **MS)

    assert "proxy" in said


def test_an_spf_record_in_quotation_marks() -> None:
    """
    Receivers see no SPF record in it.
    """
    plan = planned(BEFORE)
    text = BEFORE.replace("v=spf1 include:_spf.oldhost.net -all", rf"\"{JOINT}\"")
    found = world(text + PROVIDERS).read(verification(plan, "all"))

    assert any("quotation marks" in str(i.message) for i in found.items if i.change.purpose == "spf")
