"""What is known of a provider from little is said to be so, where the plan rests on it."""

from __future__ import annotations

from typing import Any

import pytest

from .planning import planned

ZONE = """
    @  MX   10 mail.example.net.
    @  TXT  "v=spf1 mx ~all"
"""


def said(provider: str, **options: Any) -> str:
    """The notes of a plan that moves the mail to a provider."""
    return "\n".join(str(note) for note in planned(ZONE, provider=provider, **options).notes)


@pytest.mark.parametrize(
    ("provider", "subject", "why"),
    [
        ("reg-ru", "REG.RU hosting mail, MX:", "10 and 20 or 0 and 5"),
        ("reg-ru", "REG.RU hosting mail, SPF:", "~all or ?all"),
        ("infomaniak", "DKIM:", "form of the record from one zone"),
        ("mailfence", "DKIM:", "no source"),
    ],
)
def test_a_weak_fact_the_plan_rests_on_is_told(provider: str, subject: str, why: str) -> None:
    """
    Which records, why they are doubtful, and what to hold them against.
    """
    [told] = [line for line in said(provider).splitlines() if subject in line and why in line]

    assert "console" in told


def test_what_the_tenant_is_asked_for_is_not_called_doubtful() -> None:
    """
    A value copied from the provider's console is not weak, whatever the profile doubts about its form.
    """
    assert "Tuta, DKIM:" not in said("tuta")
    assert "Microsoft 365 (Exchange Online), MX:" not in said("microsoft-365")


def test_records_that_stay_as_they_are_are_not_called_doubtful() -> None:
    """
    With the MX kept nothing rests on what is known of the provider's.
    """
    assert "REG.RU hosting mail, MX:" not in said("reg-ru", keep_mx=True)


def test_a_sender_whose_key_records_nobody_knows_says_so() -> None:
    """
    A service that nobody has seen the DKIM records of still signs; its panel shows them.
    """
    told = said("google-workspace", senders=("zivver",))

    assert "Zivver, DKIM:" in told


def test_a_service_known_from_weak_sources_only_says_so() -> None:
    """
    Low confidence in a whole profile is told once, where no single fact of it is named.
    """
    told = said("google-workspace", senders=("getcourse",))

    assert 1 == told.count("GetCourse")
    assert "GetCourse: what is known of its records comes from few or weak sources" in told
