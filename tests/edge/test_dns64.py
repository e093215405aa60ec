"""Addresses that a resolver makes up (DNS64) are not published: prefixes, real resolvers, and what cannot be known."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterator, Sequence
from pathlib import Path

import dns.message
import dns.rdatatype
import pytest

from mailsetup.edge.dns.dns64 import PLACES, WELL_KNOWN, SeeingThrough, embedded, prefixes
from mailsetup.edge.dns.probe import check_resolvers, examine
from mailsetup.edge.network import Network
from mailsetup.edge.reaching import addresses_of
from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome
from tests.servers.bind import bind
from tests.servers.nsd import nsd
from tests.servers.process import NameServer
from tests.servers.unbound import unbound

from .lying_server import LyingServer, name_of, response

HEAD = "$TTL 300\n@ SOA ns1 host 7 3600 600 86400 120\n@ NS ns1\nns1 A 127.0.0.1\n"
ZONES = {
    "ipv4only.arpa": HEAD + "@ A 192.0.0.170\n@ A 192.0.0.171\n",
    "shop.example": HEAD
    + """
@ MX 10 four.shop.example.
four A 192.0.2.33
six AAAA 2001:db8::25
both A 192.0.2.34
both AAAA 2001:db8::26
alias CNAME four
none TXT "nothing"
given AAAA 64:ff9b::c000:221
""",
}
TABLE = [  # RFC 6052 section 2.4
    ("2001:db8::/32", "2001:db8:c000:221::"),
    ("2001:db8:100::/40", "2001:db8:1c0:2:21::"),
    ("2001:db8:122::/48", "2001:db8:122:c000:2:2100::"),
    ("2001:db8:122:300::/56", "2001:db8:122:3c0:0:221::"),
    ("2001:db8:122:344::/64", "2001:db8:122:344:c0:2:2100:0"),
    ("2001:db8:122:344::/96", "2001:db8:122:344::192.0.2.33"),
    ("64:ff9b::/96", "64:ff9b::192.0.2.33"),
]


@pytest.mark.parametrize("prefix, address", TABLE)
def test_addresses_are_embedded_as_the_rfc_shows(prefix: str, address: str) -> None:
    found = embedded(ipaddress.IPv6Network(prefix), "192.0.2.33")

    assert ipaddress.IPv6Address(address) == ipaddress.IPv6Address(found)


@pytest.mark.parametrize("prefix, _", TABLE)
def test_a_prefix_is_found_in_the_addresses_of_the_well_known_name(prefix: str, _: str) -> None:
    """Both addresses show it, and each alone."""
    network = ipaddress.IPv6Network(prefix)
    records = [embedded(network, str(ipaddress.IPv4Address(octets))) for octets in WELL_KNOWN]

    assert [(network,)] * 3 == [prefixes(records), prefixes(records[:1]), prefixes(records[1:])]


def test_addresses_without_a_well_known_one_show_no_prefix() -> None:
    """Nor does one in which it stands twice, or around an octet that is not zero."""
    twice = bytearray(16)
    for places in (PLACES[32], PLACES[96]):
        for place, octet in zip(places, WELL_KNOWN[0], strict=True):
            twice[place] = octet
    torn = ipaddress.IPv6Address("2001:db8:c000:aa:100::")

    assert () == prefixes(["2001:db8::1", str(ipaddress.IPv6Address(bytes(twice))), str(torn), "::"])


def told(resolvers: Sequence[str], *names: str, hiding: bool = False) -> list[DnsAnswer]:
    """What a run that was probed makes of the AAAA of some names, asked both ways a source can be."""

    async def run() -> list[DnsAnswer]:
        live = SeeingThrough(resolvers, timeout=3, retries=0)
        network = Network(live)
        try:
            notes = await check_resolvers(live)
            assert hiding == any("does not tell which are published" in str(note) for note in notes)
            found = []
            for name in names:
                question = DnsQuestion(name, "AAAA")
                later: asyncio.Future[DnsAnswer] = asyncio.get_running_loop().create_future()
                at_once = network.tell(question, lambda _, answer, to=later: to.set_result(answer))  # type: ignore[misc]
                pending = network.ask(question)
                one = at_once if at_once is not None else await later
                other = pending if isinstance(pending, tuple) else await pending
                assert one == other
                assert isinstance(one, DnsAnswer)
                found.append(one)
            return found
        finally:
            await network.close()

    return asyncio.run(run())


def sick(query: dns.message.Message, tcp: bool) -> bytes:
    """The name server of a zone that has A and fails at AAAA, as some load balancers do."""
    if query.question[0].rdtype == dns.rdatatype.A:
        return response(query, f"{name_of(query)} 60 IN A 192.0.2.5").to_wire()
    return response(query, rcode=2).to_wire()


@pytest.fixture(scope="module", params=["64:ff9b::/96", "2001:db8:64::/48", "2001:db8::/32"])
def resolver(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NameServer]:
    """Unbound with its dns64 module over NSD, and over a name server that fails at AAAA."""
    tmp = tmp_path_factory.mktemp("dns64")
    with nsd(ZONES, tmp) as server, LyingServer(sick) as failing:
        where = {**dict.fromkeys(ZONES, server), "sick.example": failing.address.replace(":", "@")}
        options = f"dns64-prefix: {request.param}"
        with unbound(where, tmp, options=options, modules="dns64 iterator") as found:
            yield found


@pytest.mark.real
def test_unbound_makes_addresses_up_and_none_counts_as_published(resolver: NameServer) -> None:
    """What is published is told, also where it lies in the prefix; where nobody could tell it is not known."""
    four, alias, six, both, none, missing, given, unknown = told(
        [resolver.resolver],
        *(f"{n}.shop.example" for n in ("four", "alias", "six", "both", "none", "missing", "given")),
        "mail.sick.example",
    )

    assert [Outcome.NO_DATA] * 3 == [four.outcome, alias.outcome, none.outcome]
    assert ("four.shop.example",) == alias.aliases
    assert ("2001:db8::25", "2001:db8::26") == (six.records[0], both.records[0])
    assert Outcome.NO_NAME is missing.outcome
    assert ("64:ff9b::c000:221",) == given.records
    assert unknown.unknown


@pytest.mark.real
def test_hosts_are_still_reached_through_the_translator(resolver: NameServer) -> None:
    """A probe on a network without IPv4 goes to the address that stands for the host's own."""

    async def run() -> list[list[str]]:
        live = SeeingThrough([resolver.resolver], timeout=3)
        network = Network(live)
        try:
            await check_resolvers(live)
            hosts = ("four.shop.example", "six.shop.example", "none.shop.example")
            return [(await addresses_of(network._to_reach, host))[0] for host in hosts]
        finally:
            await network.close()

    four, six, none = asyncio.run(run())
    translated = ipaddress.IPv6Address(four[1])

    assert "192.0.2.33" == four[0]
    assert translated != ipaddress.IPv6Address("2001:db8::25")
    assert (["2001:db8::25"], []) == (six, none)


@pytest.mark.real
def test_doctor_tells_of_made_up_addresses(resolver: NameServer) -> None:
    async def run() -> str:
        live = SeeingThrough([resolver.resolver], timeout=2)
        try:
            return (await examine(live))[0].sentence
        finally:
            await live.close()

    assert "makes up IPv6 addresses for hosts that have none (DNS64, " in asyncio.run(run())


@pytest.mark.real
def test_bind_makes_addresses_up_whatever_is_asked(tmp_path: Path) -> None:
    """BIND 9.18 synthesises for who asks with CD too, as far as the zone is not signed: then nobody knows."""
    options = "dns64 64:ff9b::/96 { clients { any; }; recursive-only no; };"
    with bind(ZONES, tmp_path, options=options) as server:
        names = (f"{n}.shop.example" for n in ("four", "six", "none"))
        four, six, none = told([server.resolver], *names, hiding=True)

        assert four.unknown
        assert "made up the address (DNS64)" in four.detail
        assert ("2001:db8::25",) == six.records
        assert Outcome.NO_DATA is none.outcome


def test_who_makes_addresses_up_whatever_is_asked_says_nothing() -> None:
    """Then nobody knows what is published, and that is what the answer says."""

    def insisting(query: dns.message.Message, tcp: bool) -> bytes:
        name = name_of(query)
        if name == "ipv4only.arpa.":
            return response(query, f"{name} 60 IN AAAA 64:ff9b::192.0.0.170").to_wire()
        if name == "mail.test.":
            return response(query, f"{name} 60 IN AAAA 64:ff9b::192.0.2.1").to_wire()
        return response(query, rcode=3).to_wire()

    with LyingServer(insisting) as server:
        (answer,) = told([server.address], "mail.test", hiding=True)

        assert answer.unknown
        assert "made up the address (DNS64)" in answer.detail


def test_an_address_in_the_prefix_counts_where_nobody_translates() -> None:
    """Without a translator in front of us it is what the domain published."""

    def plain(query: dns.message.Message, tcp: bool) -> bytes:
        if name_of(query) == "mail.test.":
            return response(query, "mail.test. 60 IN AAAA 64:ff9b::192.0.2.1").to_wire()
        return response(query, rcode=3).to_wire()

    with LyingServer(plain) as server:
        (answer,) = told([server.address], "mail.test")

        assert ("64:ff9b::c000:201",) == answer.records
