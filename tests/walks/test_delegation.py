"""Names, zones and name servers: what answers show of them, and in how many rounds."""

from __future__ import annotations

import pytest

from mailsetup.walks.alias_conflicts import alias_conflicts
from mailsetup.walks.delegation import (
    DIRECT_LIMIT,
    NAME_SERVER_LIMIT,
    authoritative,
    delegation,
    name_servers,
)
from mailsetup.walks.existence import Standing, existence, resolution
from mailsetup.walks.parking import parking
from mailsetup.walks.wildcards import control_label, wildcards
from tests.walks.test_mx import rounds
from tests.zones import world

HEALTHY = """
    example.com.       MX  10 mail.example.com.
    mail.example.com.  A   9.9.9.10
    www.example.com.   CNAME  example.com.
"""


@pytest.mark.parametrize(
    ("name", "standing", "zone"),
    [
        ("example.com", Standing.APEX, "example.com"),
        ("mail.example.com", Standing.INSIDE, "example.com"),
        ("www.example.com", Standing.ALIAS, ""),
        ("nosuch.example.com", Standing.ABSENT, "example.com"),
    ],
)
def test_the_standing_of_a_name(name: str, standing: Standing, zone: str) -> None:
    """
    One NS question tells an apex from a name inside, an alias and nothing.
    """
    fact = world(HEALTHY).read(existence(name))

    assert (standing, zone) == (fact.standing, fact.zone)


@pytest.mark.parametrize("outcome", ["TIMEOUT", "SERVFAIL", "REFUSED"])
def test_a_name_nobody_answers_for_is_not_absent(outcome: str) -> None:
    """
    Unknown is not absent.
    """
    fact = world(f"example.com. {outcome}").read(existence("example.com"))

    assert Standing.UNKNOWN == fact.standing


def test_a_delegation_takes_one_round_at_the_apex_and_two_below() -> None:
    """
    The negative answer's SOA names the zone whose servers are then asked for.
    """
    at_apex, asked_at_apex = rounds(world(HEALTHY), delegation("example.com"))
    below, asked_below = rounds(world(HEALTHY), delegation("mail.example.com"))

    assert (1, 2) == (len(asked_at_apex), len(asked_below))
    assert ("ns1.dns.test", "ns2.dns.test") == at_apex.servers == below.servers
    assert "example.com" == below.zone


def test_a_sub_domain_delegated_elsewhere_is_a_zone_of_its_own() -> None:
    """
    Its own name servers count, not those of the domain above.
    """
    fact = world(
        HEALTHY
        + """
        news.example.com.  NS  ns1.example.net.
        news.example.com.  NS  ns2.example.net.
    """
    ).read(delegation("news.example.com"))

    assert ("news.example.com", ("ns1.example.net", "ns2.example.net")) == (fact.zone, fact.servers)


def test_the_number_of_name_servers_asked_for_is_bounded() -> None:
    """
    A hostile zone cannot make its judge ask for hundreds of hosts, nor ask hundreds of servers.
    """
    text = "\n".join(
        f"example.com. NS ns{i:03}.example.com.\nns{i:03}.example.com. A 9.9.9.{i % 250 + 1}"
        for i in range(300)
    )
    _, asked = rounds(world(text), name_servers("example.com"))
    fact, _ = rounds(world(text), authoritative("example.com"))

    assert 2 * NAME_SERVER_LIMIT == len(asked[1])
    assert DIRECT_LIMIT == len(fact.servers)


def test_one_failed_question_does_not_make_a_domain_dead() -> None:
    """
    Only when MX, NS and SOA all fail at the server is the domain called not resolving.
    """
    assert () == world("example.com. SERVFAIL MX").read(resolution("example.com")).failed
    assert () == world("example.com. TIMEOUT").read(resolution("example.com")).failed
    assert 3 == len(world("example.com. LAME").read(resolution("example.com")).failed)


def test_a_healthy_domain_is_asked_one_question_for_its_resolution() -> None:
    """
    The MX question that everybody asks settles it.
    """
    _, asked = rounds(world(HEALTHY), resolution("example.com"))

    assert [1] == [len(batch) for batch in asked]


def test_no_wildcard_costs_one_question() -> None:
    """
    NXDOMAIN for one type speaks for all (RFC 8020).
    """
    fact, asked = rounds(world(HEALTHY), wildcards("example.com"))

    assert [1] == [len(batch) for batch in asked]
    assert not fact.answers_anything


def test_a_wildcard_of_another_type_is_seen() -> None:
    """
    It makes every name exist, which DMARC's np= cares about.
    """
    fact = world(HEALTHY + "*.example.com. A 9.9.9.11").read(wildcards("example.com"))

    assert fact.answers_anything
    assert not fact.answers_texts


def test_the_control_label_never_changes() -> None:
    """
    A recording replays only if the same name is asked again.
    """
    assert control_label("example.com") == control_label("example.com")
    assert control_label("example.com") != control_label("example.net")


def test_names_too_long_for_a_label_in_front_are_not_asked() -> None:
    """
    A name of 253 characters has no room.
    """
    name = ".".join(["a" * 60] * 4) + ".com"
    _, asked = rounds(world("", name), wildcards(name))

    assert [] == asked


def test_a_cname_and_a_text_at_one_name_are_both_seen() -> None:
    """
    The CNAME question and the TXT question both bring records, the latter without an alias.
    """
    fact, asked = rounds(
        world(
            HEALTHY
            + """
            _dmarc.example.com.  TXT    "v=DMARC1; p=none"
            _dmarc.example.com.  CNAME  d.example.net.
        """
        ),
        alias_conflicts("example.com"),
    )

    assert ["_dmarc.example.com"] == [c.name for c in fact]
    assert [2, 1, 1] == [len(batch) for batch in asked]


def test_no_cname_costs_one_round() -> None:
    """
    Where the zone denies a type and no policy stands, no alias can hide, and none is asked for.
    """
    _, asked = rounds(world(HEALTHY), alias_conflicts("example.com"))

    assert [2] == [len(batch) for batch in asked]


def test_a_parked_name_server_alone_does_not_make_a_used_domain_parked() -> None:
    """
    A mail host of its own shows that somebody looks after the domain.
    """
    servers = "example.com. NS ns1.sedoparking.com.\nexample.com. NS ns2.sedoparking.com.\n"

    assert world(servers).read(parking("example.com")).hosts
    assert not world(servers + HEALTHY).read(parking("example.com")).hosts
    assert not world(servers + "example.com. TIMEOUT MX").read(parking("example.com")).hosts
