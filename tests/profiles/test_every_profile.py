"""Every file of provider_profiles/ keeps the rules of docs/profiles.md."""

from __future__ import annotations

import re

import pytest

from mailsetup.model.detection import Kind
from mailsetup.model.profile import Profile, State
from mailsetup.model.walk import replay
from mailsetup.profiles import Detectors, detect_walk, detectors, diagnose, load_all
from mailsetup.profiles.doctor import every_pattern

from .planned import DOMAIN, example_values, filled, planned_zone

PROFILES = load_all()
COLLECTED = "2026-11-21"

every_profile = pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())


@pytest.fixture(scope="module")
def data() -> Detectors:
    return detectors(PROFILES.values())


@every_profile
def test_its_facts_have_sources_with_dates(profile: Profile) -> None:
    """
    Every profile names its sources, each with a date that has been, and the doctor finds no fault in it.
    """
    dates = [source.date for sources in profile.sources.values() for source in sources]

    assert dates and all("2010" < date <= COLLECTED for date in dates)
    assert () == diagnose([profile], COLLECTED).faults


@every_profile
def test_its_expressions_compile_and_know_their_examples(profile: Profile) -> None:
    """
    A pattern is an expression, and each example exchange is recognised by one of the profile's own.
    """
    for _, pattern in every_pattern(profile):
        re.compile(pattern)
    strangers = [
        host for host in profile.detect.examples if not any(re.search(p, host) for p in profile.detect.mx)
    ]

    assert [] == strangers
    assert bool(profile.detect.mx) == bool(profile.detect.examples)


@every_profile
def test_what_it_asks_for_can_be_given(profile: Profile) -> None:
    """
    With every example value given nothing waits, nothing looks unusual, and no braces are left.
    """
    resolved = filled(profile)

    assert () == resolved.waiting
    assert [] == [str(r.rdata) for r in resolved.records if "{" in str(r.rdata) or r.rdata is None]
    assert [] == [str(w) for w in resolved.warnings if "does not look like" in str(w)]
    for parameter in profile.parameters:
        assert parameter.where, parameter.name
        assert parameter.example or parameter.choices or parameter.default, parameter.name


@every_profile
def test_a_prefix_left_out_is_put_back(profile: Profile) -> None:
    """
    A value pasted with or without its prefix, quoted or not, is the same value.
    """
    for parameter in profile.parameters:
        if parameter.prefix:
            bare = parameter.example.removeprefix(parameter.prefix)
            whole = filled(profile).values[parameter.name]

            assert whole == filled(profile, {parameter.name: bare}).values[parameter.name]
            assert (
                whole == filled(profile, {parameter.name: f' "{parameter.example}" '}).values[parameter.name]
            )


@every_profile
def test_it_is_recognised_from_its_own_zone(profile: Profile, data: Detectors) -> None:
    """
    A zone with the records a profile asks for shows that profile and no other one.
    """
    found = replay(detect_walk(DOMAIN, data), planned_zone(filled(profile)))
    receiving = [d.profile_id for d in found.mailboxes]
    named = {d.profile_id for d in found.all}
    shares = set(profile.detect.shares_mx_with)

    if profile.mx and profile.detect.mx:
        assert [profile.id] == receiving
    elif profile.kind is Kind.SENDER and profile.spf and profile.spf.host == "@" and profile.detect.spf:
        assert profile.id in named
    else:
        assert set(receiving) <= shares | {profile.id}


@pytest.mark.parametrize("exchange", sorted({e for p in PROFILES.values() for e in p.detect.examples}))
def test_an_exchange_belongs_to_one_profile(exchange: str, data: Detectors) -> None:
    """
    No two profiles recognise the same exchange unless both files say that they share it.
    """
    owners = data.mx.find(exchange)
    agreed = {x for one in owners for x in (one, *data.known[one].patterns.shares_mx_with)}

    assert len(owners) >= 1
    assert len(owners) == 1 or set(owners) <= agreed


@every_profile
def test_what_it_refers_to_exists(profile: Profile) -> None:
    """
    Successors, replaced and sharing profiles are ids of files.
    """
    named = {profile.status.successor, *profile.detect.instead_of, *profile.detect.shares_mx_with} - {""}

    assert set() == named - PROFILES.keys()


@every_profile
def test_what_ends_says_what_to_do(profile: Profile) -> None:
    """
    A service that closes or closed says so with advice, and a closing one has a date.
    """
    if profile.status.state in (State.CLOSING, State.CLOSED):
        assert profile.status.what_to_do
        assert not profile.plannable
    if profile.status.state is State.CLOSING:
        assert profile.status.ends_on


@every_profile
def test_an_only_customers_redirect_has_a_merged_form(profile: Profile) -> None:
    """
    A redirect cannot stand beside other senders, so its mechanisms are the merged form (RFC 7208 section 6.1).
    """
    if profile.spf and profile.spf.redirect:
        assert f"include:{profile.spf.redirect}" in profile.spf.mechanisms


def test_the_systems_people_ask_for_are_there() -> None:
    """
    Enough of each kind, and free mailboxes and gateways are never planned.
    """
    kinds = [p.kind for p in PROFILES.values()]

    assert kinds.count(Kind.SENDER) >= 70
    assert kinds.count(Kind.GATEWAY) >= 28
    assert kinds.count(Kind.MAILBOX) + kinds.count(Kind.FORWARDING) >= 40
    assert [] == [
        p.id for p in PROFILES.values() if p.plannable and p.kind in (Kind.GATEWAY, Kind.FREE_MAILBOX)
    ]


@every_profile
def test_its_examples_keep_its_patterns(profile: Profile) -> None:
    """
    The example shown to people is one that the pattern accepts.
    """
    for name, value in example_values(profile).items():
        parameter = profile.parameter(name)
        assert parameter is not None
        if parameter.pattern and not parameter.kind.startswith("dkim-"):
            assert re.search(parameter.pattern, value), (name, value)
