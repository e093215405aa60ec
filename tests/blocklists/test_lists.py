"""Every list's file: whole, sourced, readable by its own codes, and never a listing where it refuses."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsetup.model.blocklist import Blocklist, Effect, Kind, State, Weight, matches, octets
from mailsetup.model.errors import UsageError
from mailsetup.profiles.blocklists import all_blocklists, blocklist_named, public_resolver
from tests.corpora import CORPUS

LISTS = all_blocklists()
ASKED = [one for one in LISTS.values() if one.state in (State.LIVE, State.DOUBTFUL)]
FACTS = CORPUS.parent / "facts" / "blocklists.yaml"


@pytest.mark.parametrize("one", LISTS.values(), ids=lambda one: one.id)
def test_a_list_says_where_its_facts_are_from(one: Blocklist) -> None:
    """
    Each file is named for its id and has sources; an ended list says since when and how it ended.
    """
    assert files("mailsetup").joinpath(f"blocklists/{one.id}.toml").is_file()
    assert one.sources
    assert any(date for _, date in one.sources) or one.confidence or one.alive
    if one.state is State.RETIRED:
        assert one.since and one.ended_as
    if one.state is State.WEB:
        assert one.lookup or one.note


@pytest.mark.parametrize("one", ASKED, ids=lambda one: one.id)
def test_a_list_that_is_asked_can_be_read(one: Blocklist) -> None:
    """
    It has kinds, codes that can be matched, and a zone without or with a key.
    """
    assert one.kinds and one.codes
    assert one.zone or one.keyed_zone or one.key_need.value == "required"
    assert not one.keyed_zone or ("{key}" in one.keyed_zone and one.key_name)
    for code in one.codes:
        assert bool(code.pattern) != bool(code.bit)
        assert code.bit or matches(code.pattern, (127, 0, 0, 2)) in (True, False)
    for refusal in one.refusals:
        assert matches(refusal.pattern, (127, 0, 0, 2)) in (True, False)


@given(last=st.integers(0, 255))
def test_no_list_ever_takes_the_error_range_for_a_listing(last: int) -> None:
    """
    127.255.255.0/24 is a refusal everywhere, whatever else a list documents.
    """
    found = [one.id for one in ASKED if one.read([f"127.255.255.{last}"]).hits]

    assert [] == found


@given(st.ip_addresses(v=4).map(str))
def test_an_address_outside_127_is_never_a_listing(address: str) -> None:
    """
    RFC 5782 section 2.3: what is outside 127.0.0.0/8 comes from a zone that is no list.
    """
    inside = address.startswith("127.")

    assert [] == [one.id for one in ASKED if not inside and one.read([address]).hits]


@given(st.text(max_size=40))
def test_no_text_makes_reading_raise(text: str) -> None:
    """
    An answer that is no address is foreign.
    """
    words = LISTS["spamhaus-zen"].read([text])

    assert octets(text) is not None or (text,) == words.foreign


def test_a_refusal_code_of_a_list_is_never_its_listing() -> None:
    """
    For each documented refusal nothing is listed or allowed.
    """
    for one in ASKED:
        for refusal in one.refusals:
            first = re.split(r"[-/]", refusal.pattern)[0]
            assert not one.read([first]).hits, (one.id, first)


@pytest.mark.parametrize(
    ("name", "answer", "meanings"),
    [
        ("surbl-multi", "127.0.0.72", ["PH: phishing", "ABUSE: spam and abuse sites"]),
        ("uribl-multi", "127.0.0.2", ["black: domain seen in unsolicited mail"]),
        ("dnswl", "127.0.3.2", ["trust medium (email service provider)"]),
        ("blocklist-de", "127.0.0.13", None),
        ("validity-rpbl", "127.0.0.1", ["botnet behaviour"]),
        ("hostkarma", "127.0.0.1", ["white: trusted"]),
    ],
)
def test_codes_are_read_as_each_operator_defines_them(
    name: str, answer: str, meanings: list[str] | None
) -> None:
    """
    Bits, octets with meanings, ranges, single codes: 127.0.0.1 is good news in one list, bad in another.
    """
    hits = LISTS[name].read([answer]).hits

    assert hits
    assert meanings is None or meanings == [hit.meaning for hit in hits]


@pytest.mark.parametrize(
    ("name", "answer"),
    [("surbl-multi", "127.0.0.1"), ("uribl-multi", "127.0.0.1"), ("uribl-multi", "127.0.0.255"),
     ("uribl-multi", "127.0.0.3"), ("dnswl", "127.0.0.255"), ("dnswl", "127.0.10.3"),
     ("spamhaus-dbl", "127.0.1.255"), ("validity-rpbl", "127.255.255.255")],
)  # fmt: skip
def test_each_operators_refusal_is_a_refusal(name: str, answer: str) -> None:
    """
    What one list means by a refusal may be a listing in another: only its own table counts.
    """
    words = LISTS[name].read([answer])

    assert words.refusals
    assert not words.hits


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("spamhaus-zen", "127.0.0.99"),
        ("psbl", "127.0.0.3"),
        ("surbl-multi", "127.0.0.2"),
        ("spamcop", "127.1.2.3"),
    ],
)
def test_an_undocumented_code_is_unexpected(name: str, answer: str) -> None:
    """
    Only documented codes are read.
    """
    words = LISTS[name].read([answer])

    assert (answer,) == words.unexpected
    assert not words.hits


def test_several_answers_are_all_read() -> None:
    """
    One entry may be on several component lists.
    """
    words = LISTS["spamhaus-zen"].read(["127.0.0.2", "127.0.0.9", "127.0.0.10"])

    assert ["127.0.0.2", "127.0.0.9", "127.0.0.10"] == [hit.answer for hit in words.hits]


def test_noise_weighs_little() -> None:
    """
    Lists of whole networks are informational and not asked unless named; no code there counts for more.
    """
    noise = [LISTS[name] for name in ("uceprotect-2", "uceprotect-3", "sem-netblack", "0spam-nbl")]

    assert {Weight.INFORMATIONAL} == {one.weight for one in noise}
    assert not any(one.default for one in noise)
    assert {"info"} == {one.severity(one.read(["127.0.0.2"]).hits).value for one in noise}


def test_an_allow_list_never_lists() -> None:
    """
    What is on an allow list is allowed, or known to it, but not listed.
    """
    effects = {c.effect for one in ASKED if one.allows for c in one.codes if one.id != "dkimwl"}

    assert Effect.LISTED not in effects


def test_a_list_is_found_by_its_zone_in_an_old_configuration() -> None:
    """
    Zones that ended lead to what became of them; an unknown one names its neighbours.
    """
    assert State.RETIRED is blocklist_named("DUL.dnsbl.sorbs.net.").state
    assert State.RETIRED is blocklist_named("cbl.abuseat.org").state
    assert "spamhaus-zen" == blocklist_named("zen.spamhaus.org").id
    with pytest.raises(UsageError, match="did you mean"):
        blocklist_named("zen.spamhaus.orgg")


def test_public_resolvers_are_known() -> None:
    """
    By address and by host name.
    """
    assert public_resolver("8.8.8.8")
    assert public_resolver("2606:4700:4700::1111")
    assert public_resolver("dns.google")
    assert "" == public_resolver("192.0.2.53")


def test_every_fact_became_a_file() -> None:
    """
    Live, doubtful and ended lists of the facts are all there, with their zones and codes.
    """
    if not FACTS.exists():
        pytest.skip("the facts are not beside the project")
    import yaml

    facts = yaml.safe_load(FACTS.read_text(encoding="utf-8"))
    zones = {zone for one in LISTS.values() for zone in (one.zone, one.keyed_zone, *one.other_zones)}
    for entry in facts["lists"]:
        one = LISTS[entry["id"]]
        assert len(entry["codes"]) == len(one.codes)
        assert entry["weight"] == one.weight.value
        assert (entry["default"] == "on") == one.default
        assert entry["delist"]["url"] in (one.removal_url, None)
    for entry in [*facts["doubtful"], *facts["retired"]]:
        assert entry["zone"] in zones


def test_every_kind_can_be_proven_by_most_lists() -> None:
    """
    Each kind of question has lists with test entries of their own.
    """
    for kind in (Kind.IPV4, Kind.IPV6, Kind.DOMAIN, Kind.NAME_SERVER):
        proven = [
            one for one in ASKED if kind in one.kinds and one.tests.get(kind) and one.tests[kind].listed
        ]
        assert proven, kind
