"""DKIM keys: what is found, what is absent, what only looks like a key, and how little is asked."""

from __future__ import annotations

import pytest

from mailsetup.model.dns import DnsQuestion
from mailsetup.walks.dkim_keys import KeyOutcome, dkim_keys
from tests.zones import world

KEY = '"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="'
OTHER = '"v=DKIM1; k=ed25519; p=O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik="'


class Hints:
    """The selectors of one provider, known by its exchange or include."""

    def for_domain(self, mx_exchanges, spf_includes):
        known = "mx.provider.example" in mx_exchanges or "spf.provider.example" in spf_includes
        return ("selector1", "selector2") if known else ()


def survey(text, selectors=(), hints=None):
    return world(text).follow(dkim_keys("example.com", selectors, hints), {})


def outcomes(text, selectors=(), hints=None):
    return {key.selector: key.outcome.value for key in survey(text, selectors, hints)[0].keys}


def test_a_key_is_found_through_an_alias():
    """
    A CNAME is followed, and the chain is kept.
    """
    found = survey(
        f"s1._domainkey.example.com. CNAME k.service.example.\nk.service.example. TXT {KEY}", ("s1",)
    )[0]

    assert [(KeyOutcome.FOUND, ("k.service.example",))] == [(k.outcome, k.aliases) for k in found.keys]
    assert 256 == found.keys[0].key.bits


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        (f"s1._domainkey.example.com. TXT {KEY}", "found"),
        ("", "absent"),
        ("s1._domainkey.example.com. CNAME gone.service.example.", "dangling"),
        ("s1._domainkey.example.com. SERVFAIL", "unknown"),
        (f"*._domainkey.example.com. TXT {KEY}", "wildcard"),
        (f"*.example.com. CNAME k.service.example.\nk.service.example. TXT {KEY}", "wildcard"),
        (f"*._domainkey.example.com. TXT {OTHER}\ns1._domainkey.example.com. TXT {KEY}", "found"),
    ],
)
def test_a_selector_has_one_of_six_outcomes(line, outcome):
    """
    Absent, dangling, masked by a wildcard and unknown are kept apart.
    """
    assert outcome == outcomes(line, ("s1",))["s1"]


def test_no_name_below_the_domain_means_no_key_at_all():
    """
    NXDOMAIN at _domainkey speaks for everything below it (RFC 8020); no data does not.
    """
    assert survey("")[0].none_exist
    assert not survey(f"unlisted._domainkey.example.com. TXT {KEY}")[0].none_exist
    assert not survey("_domainkey.example.com. TIMEOUT")[0].none_exist


def test_a_selector_that_answers_proves_a_server_wrong_about_what_is_above_it():
    """
    Some servers deny names that exist only because others stand below them.
    """
    place = world(f"s1._domainkey.example.com. TXT {KEY}")
    place.names.discard("_domainkey.example.com")

    assert not place.read(dkim_keys("example.com", ("s1",))).none_exist


def test_nothing_is_guessed_without_a_sign_of_the_provider():
    """
    Without hints two questions are asked; with them, and no provider recognised, four.
    """
    lines = f"x._domainkey.example.com. TXT {KEY}"

    assert 2 == len(survey(lines)[1])
    assert 4 == len(survey(lines, hints=Hints())[1])


@pytest.mark.parametrize(
    "sign",
    [
        "example.com. MX 10 mx.provider.example.",
        'example.com. TXT "v=spf1 include:spf.provider.example -all"',
    ],
)
def test_the_selectors_of_a_recognised_provider_are_asked_for(sign):
    """
    Recognised by an exchange or by an include.
    """
    assert {"selector1": "found", "selector2": "absent"} == outcomes(
        f"{sign}\nselector1._domainkey.example.com. TXT {KEY}", hints=Hints()
    )


def test_no_selector_is_asked_for_where_none_can_exist():
    """
    NXDOMAIN at _domainkey spares the second round.
    """
    assert {} == outcomes("example.com. MX 10 mx.provider.example.", hints=Hints())


PAIR = """
    selector1._domainkey.example.com. CNAME selector1-example-com._domainkey.tenant.example.
    selector2._domainkey.example.com. CNAME selector2-example-com._domainkey.tenant.example.
"""


def test_the_idle_one_of_a_rotating_pair_is_not_dangling():
    """
    The service publishes the key of the active selector only; the sibling is asked for when the given one dangles.
    """
    active = f"selector1-example-com._domainkey.tenant.example. TXT {KEY}"

    assert {"selector2": "idle", "selector1": "found"} == outcomes(PAIR + active, ("selector2",))
    assert {"selector2": "dangling", "selector1": "dangling"} == outcomes(PAIR, ("selector2",))


def test_a_key_with_the_domain_twice_is_found_for_a_given_selector():
    """
    Asked for only when the right name is empty.
    """
    found, _ = survey(f"s1._domainkey.example.com.example.com. TXT {KEY}", ("s1",))
    twice = DnsQuestion("s1._domainkey.example.com.example.com", "TXT")

    assert twice == found.keys[0].doubled
    assert twice not in survey(f"s1._domainkey.example.com. TXT {KEY}", ("s1",))[1]


@pytest.mark.parametrize("typed", ["s1", "S1.", "s1._domainkey", "s1._domainkey.example.com."])
def test_a_selector_may_be_typed_as_the_whole_name_of_its_record(typed):
    """
    That is what panels show.
    """
    assert {"s1": "found"} == outcomes(f"s1._domainkey.example.com. TXT {KEY}", (typed,))


@pytest.mark.parametrize("selector", ["", " ", "a" * 300, "S1.", "a b", "\u00e9"])
def test_any_word_can_be_given_as_selector(selector):
    """
    What cannot be a name is absent, and nothing raises.
    """
    survey("", (selector,), Hints())
