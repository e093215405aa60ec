"""The project file's wishes and the command line's become one request."""

from __future__ import annotations

import pytest

from mailsetup.model.errors import InputError, UsageError
from mailsetup.planning.request import MxChoice
from mailsetup.profiles import load
from mailsetup.run.plan import PlanOptions, assigned, options_of, request_for, services
from mailsetup.run.project import parse
from tests.zones import AS_OF

PROJECT = """
senders = ["mailchimp"]
[domain]
name = "example.com"
provider = "google-workspace"
time-zone = "Europe/Berlin"
[domain.parameters]
verification = "google-site-verification=x"
[dmarc]
rua = "dmarc@example.com, mailto:other@example.net"
policy = "quarantine"
strict = true
[transport]
tls-rpt = ["tls@example.com"]
mta-sts = true
mta-sts-host = "pages.example.net"
"""


def request(**options):
    """The request for a project and some options."""
    wanted = options_of(parse(PROJECT), PlanOptions(**options))
    return request_for("example.com", wanted, services("example.com", wanted), None, AS_OF)


def test_the_project_file_says_what_to_plan():
    """
    Provider, senders, policy, transport and time zone.
    """
    made = request()

    assert ["google-workspace", "mailchimp"] == [s.profile.id for s in made.claimed]
    assert ("dmarc@example.com", "mailto:other@example.net") == made.dmarc.reports_to
    assert ("quarantine", {"adkim": "s", "aspf": "s"}) == (made.dmarc.goal, made.dmarc.alignment)
    assert (True, "pages.example.net") == (made.transport.mta_sts, made.transport.policy_host)
    assert "Europe/Berlin" == made.time_zone


def test_the_command_line_goes_before_the_project_file():
    """
    What is typed counts.
    """
    made = request(
        provider="zoho-mail",
        settings={"data_center": "eu"},
        keep_mx=True,
        dmarc_goal="none",
        senders=("sendgrid",),
    )

    assert ["zoho-mail", "mailchimp", "sendgrid"] == [s.profile.id for s in made.claimed]
    assert ("none", MxChoice.KEEP) == (made.dmarc.goal, made.mx)


def test_a_value_goes_to_the_profile_that_asks_for_it():
    """
    The first that knows the name, or the one named before the dot.
    """
    profiles = [load("google-workspace"), load("zoho-mail")]
    values = assigned(profiles, {"dkim_key": "a", "zoho-mail.dkim_key": "b", "data_center": "eu"})

    assert {
        "google-workspace": {"dkim_key": "a"},
        "zoho-mail": {"dkim_key": "b", "data_center": "eu"},
    } == values


def test_a_value_nobody_asks_for_names_the_nearest():
    """
    A typing mistake is one sentence.
    """
    with pytest.raises(UsageError, match="did you mean dkim_key"):
        assigned([load("google-workspace")], {"dkim-key": "x"})


def test_a_policy_that_is_none_is_refused():
    """
    none, quarantine or reject.
    """
    with pytest.raises(UsageError, match="quarantine"):
        request(dmarc_goal="strict")


@pytest.mark.parametrize("key", ["ruf", "subdomain-policy", "nonexistent-policy"])
def test_a_wish_that_no_plan_carries_out_is_refused(key):
    """
    A key that would do nothing is an unknown one.
    """
    with pytest.raises(InputError, match="unknown key"):
        parse(f'[domain]\nname = "example.com"\n[dmarc]\n{key} = "none"\n')


def test_an_id_is_the_same_however_it_is_typed():
    """
    Nobody is taken up and left at once, or taken up twice.
    """
    with pytest.raises(UsageError, match="at once"):
        services("example.com", PlanOptions(provider="google-workspace", leave=("Google-Workspace ",)))
    twice = services("example.com", PlanOptions(provider="google-workspace", senders=("GOOGLE-workspace",)))

    assert () == twice.senders


def test_an_optional_record_that_nobody_has_is_refused():
    """
    It would be dropped without a word; those there are are named.
    """
    with pytest.raises(UsageError, match="lyncdiscover"):
        services("example.com", PlanOptions(provider="microsoft-365", extras=frozenset({"lync"})))
    assert services("example.com", PlanOptions(provider="microsoft-365", extras=frozenset({"lyncdiscover"})))


def test_who_names_the_host_of_a_policy_wants_the_policy():
    """
    ``--mta-sts-host`` alone is no wish that does nothing.
    """
    wanted = PlanOptions(provider="google-workspace", mta_sts_host="pages.example.net")
    made = request_for("example.com", wanted, services("example.com", wanted), None, AS_OF)

    assert made.transport.mta_sts
