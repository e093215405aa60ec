"""MX records and mail hosts: what is read, in how many rounds, and what stays unknown."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from mailsetup.model.dns import MX, DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.walk import Walk
from mailsetup.walks.addresses import is_address_literal, is_local_name, is_loopback, is_private, networks
from mailsetup.walks.mx_hosts import EXCHANGE_LIMIT, mx_hosts
from mailsetup.walks.mx_records import mx_records
from tests.zones import ClosedWorld, world


def rounds(place: ClosedWorld, walk: Walk[Any]) -> tuple[Any, list[tuple[Any, ...]]]:
    """A walk's fact and the batches it asked."""
    asked = []
    try:
        batch = next(walk)
        while True:
            asked.append(batch)
            batch = walk.send({q: place.answer(q) for q in batch})
    except StopIteration as end:
        return end.value, asked


def test_mx_records_are_sorted_and_keep_duplicates() -> None:
    """
    Preference decides first, the exchange second; the exchanges are listed once.
    """
    fact = world("""
        example.com.  MX  20 b.example.com.
        example.com.  MX  10 c.example.com.
        example.com.  MX  10 a.example.com.
        example.com.  MX  30 a.example.com.
    """).read(mx_records("example.com"))

    assert (10, 10, 20, 30) == tuple(r.preference for r in fact.records)
    assert ("a.example.com", "c.example.com", "b.example.com") == fact.exchanges
    assert ("a.example.com",) == fact.duplicates


def test_a_null_mx_is_no_exchange() -> None:
    """
    The root as exchange says that nothing takes mail.
    """
    fact = world("example.com. MX 0 .").read(mx_records("example.com"))

    assert () == fact.exchanges
    assert fact.null_only


@pytest.mark.parametrize("outcome", ["TIMEOUT", "SERVFAIL", "REFUSED", "UNASKED"])
def test_no_answer_is_not_absence(outcome: str) -> None:
    """
    Only NXDOMAIN and no data say that there is no MX record.
    """
    fact = world(f"example.com. {outcome} MX").read(mx_records("example.com"))

    assert not fact.absent
    assert fact.unknown


def test_mail_hosts_take_two_rounds() -> None:
    """
    The MX records, then every address of every host at once.
    """
    fact, asked = rounds(
        world("""
            example.com.     MX    10 a.example.com.
            example.com.     MX    20 b.example.com.
            a.example.com.   A     9.9.9.10
            a.example.com.   AAAA  2620:fe::10
            b.example.com.   A     9.9.9.11
        """),
        mx_hosts("example.com"),
    )

    assert [1, 4] == [len(batch) for batch in asked]
    assert ("9.9.9.10", "2620:fe::10") == fact.hosts[0].addresses


def test_without_mx_the_domain_itself_is_the_mail_host() -> None:
    """
    The implicit MX of RFC 5321 section 5.1.
    """
    fact = world("example.com. A 9.9.9.10").read(mx_hosts("example.com"))

    assert ("9.9.9.10",) == fact.implicit.addresses


def test_an_unknown_mx_has_no_implicit_host() -> None:
    """
    Nobody delivers to the address of a domain whose MX records could not be read.
    """
    fact, asked = rounds(world("example.com. TIMEOUT MX"), mx_hosts("example.com"))

    assert fact.implicit is None
    assert 1 == len(asked)


def test_address_literals_and_local_names_are_not_asked_for() -> None:
    """
    No answer could make them right.
    """
    _, asked = rounds(
        world("""
            example.com.  MX  10 192.0.2.1.
            example.com.  MX  10 localhost.
        """),
        mx_hosts("example.com"),
    )

    assert [(DnsQuestion("example.com", "MX"),)] == asked


def test_the_number_of_hosts_asked_for_is_bounded() -> None:
    """
    A hostile domain cannot make its judge ask for hundreds of hosts.
    """
    text = "\n".join(f"example.com. MX 10 m{i}.example.com." for i in range(300))
    fact, asked = rounds(world(text), mx_hosts("example.com"))

    assert 2 * EXCHANGE_LIMIT == len(asked[1])
    assert 300 - EXCHANGE_LIMIT == len(fact.skipped)


@pytest.mark.parametrize(
    ("address", "private", "loopback"),
    [
        ("8.8.8.8", False, False),
        ("10.1.2.3", True, False),
        ("100.64.0.1", True, False),
        ("169.254.1.1", True, False),
        ("172.31.0.1", True, False),
        ("192.0.2.1", True, False),
        ("198.51.100.1", True, False),
        ("203.0.113.1", True, False),
        ("240.0.0.1", True, False),
        ("224.0.0.1", True, False),
        ("127.0.0.1", False, True),
        ("0.0.0.0", False, True),
        ("::1", False, True),
        ("2001:db8::1", True, False),
        ("fc00::1", True, False),
        ("fe80::1", True, False),
        ("::ffff:10.0.0.1", True, False),
        ("::ffff:127.0.0.1", False, True),
        ("2620:fe::fe", False, False),
        ("no address", False, False),
    ],
)
def test_the_place_of_an_address(address: str, private: bool, loopback: bool) -> None:
    """
    By the registries of RFC 6890; what cannot be read is in no special place.
    """
    assert (private, loopback) == (is_private(address), is_loopback(address))


def test_every_first_octet_is_judged_as_the_registry_of_special_addresses_says() -> None:
    """
    Most are reachable throughout, and are told so without looking through the registry; the library knows it whole.
    """
    for network in range(0, 1 << 16, 3):
        ip = ipaddress.IPv4Address((network << 16) + 257)
        private = not (ip.is_global or ip.is_loopback or ip.is_unspecified) or ip.is_multicast

        assert private == is_private(str(ip)), ip


def test_names_that_are_no_host_names() -> None:
    """
    Digits as last label are an address; localhost is everybody's own machine.
    """
    assert [True, True, True, False, False] == [
        is_address_literal(n) for n in ("192.0.2.1", "[192.0.2.1]", "2001:db8::1", "mx1.example.com", "")
    ]
    assert [True, True, False, False] == [
        is_local_name(n) for n in ("localhost", "a.localhost", "localhost-1.example.com", "mx.example.com")
    ]


def test_networks_are_24_and_48_bits_wide() -> None:
    """
    What one site is usually given.
    """
    assert ("2620:fe::/48", "9.9.9.0/24") == networks(["9.9.9.1", "9.9.9.2", "2620:fe::1", "2620:fe:0:1::2"])


def test_records_of_another_type_in_an_mx_answer_are_left_out() -> None:
    """
    A lying server's answer does no harm.
    """
    walk = mx_records("example.com")
    next(walk)
    answer = DnsAnswer(Outcome.FOUND, ("9.9.9.9", MX(10, "a.example.com")))
    with pytest.raises(StopIteration) as end:
        walk.send({DnsQuestion("example.com", "MX"): answer})

    assert (MX(10, "a.example.com"),) == end.value.value.records
