"""DNSSEC validated on BIND's signed zones through Unbound: secure, insecure and bogus children of a test root."""

from __future__ import annotations

import asyncio
import base64
import re
import time
from collections.abc import Iterator
from pathlib import Path

import dns.dnssec
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.rrset
import pytest
from dns.rdtypes.ANY.DNSKEY import DNSKEY

from mailsetup.edge.dns.addresses import parse_address
from mailsetup.edge.dnssec_proofs import absent
from mailsetup.edge.validator import (
    Bogus,
    Unanswered,
    Validator,
    Zone,
    _validate,
    read_anchors,
    shipped_anchors,
)
from mailsetup.model.dns import DnssecAnswer, DnssecQuestion, DnssecStatus, Outcome
from mailsetup.model.errors import InputError
from tests.servers.bind import bind, signed
from tests.servers.unbound import unbound

HEAD = "$TTL 300\n@ SOA ns.test. hostmaster.test. 1 7200 3600 1209600 300\n@ NS ns.test.\n"
ROOT = HEAD + "test. NS ns.test.\nns.test. A 127.0.0.1\n"
TEST = (
    HEAD
    + "ns A 127.0.0.1\nsecure NS ns\ninsecure NS ns\nbogus NS ns\nexpired NS ns\nhashed NS ns\noptout NS ns\n"
    + "empty.below A 192.0.2.1\n"
    + "alias CNAME secure.test.\naway CNAME insecure.test.\n*.wild MX 10 mail.secure.test.\n"
)
CHILD = HEAD + "@ MX 10 mail\nmail A 192.0.2.25\n_25._tcp.mail TLSA 3 1 1 " + "ab" * 32 + "\n"
HASHED = HEAD + "@ MX 10 mail\nmail A 192.0.2.25\nempty.below A 192.0.2.1\nsub NS ns.test.\n"
SIGNED = {
    ".": ROOT,
    "hashed.test": HASHED,
    "optout.test": HASHED,
    "test": TEST,
    "secure.test": CHILD,
    "bogus.test": CHILD,
    "expired.test": CHILD,
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    tmp = tmp_path_factory.mktemp("dnssec")
    made = signed(
        SIGNED,
        tmp,
        spoiled=["bogus.test"],
        hashed={"hashed.test": ("-3", "-"), "optout.test": ("-3", "-", "-A")},
    )
    zones = dict(made.zones)
    zones["expired.test"] = re.sub(
        r"\b20\d{12}(\s+)20\d{12}\b", r"20200201000000\g<1>20200101000000", zones["expired.test"]
    )
    zones |= {"insecure.test": CHILD, "sub.hashed.test": CHILD, "sub.optout.test": CHILD}
    with bind(zones, tmp) as server, unbound({name: server for name in zones}, tmp) as resolver:
        yield resolver.resolver, made.anchor


def validated(
    world: tuple[str, str], name: str, rdtype: str = "MX", anchors: tuple[str, ...] = ()
) -> DnssecAnswer:
    resolver, anchor = world

    async def run() -> DnssecAnswer:
        validator = Validator([parse_address(resolver)], anchors=anchors or (anchor,))
        try:
            answer = await validator.ask(DnssecQuestion(name, rdtype))
            assert isinstance(answer, DnssecAnswer)
            return answer
        finally:
            await validator.close()

    return asyncio.run(run())


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "rdtype", "status", "zone"),
    [
        ("secure.test", "MX", "secure", "secure.test"),
        ("_25._tcp.mail.secure.test", "TLSA", "secure", "secure.test"),
        ("secure.test", "TXT", "secure", "secure.test"),
        ("nothing.secure.test", "MX", "secure", "secure.test"),
        ("below.test", "MX", "secure", "test"),
        ("x.wild.test", "MX", "secure", "test"),
        ("alias.test", "MX", "secure", "secure.test"),
        ("insecure.test", "MX", "insecure", "insecure.test"),
        ("_25._tcp.mail.insecure.test", "TLSA", "insecure", "insecure.test"),
        ("hashed.test", "TXT", "secure", "hashed.test"),
        ("nothing.hashed.test", "MX", "secure", "hashed.test"),
        ("below.hashed.test", "MX", "secure", "hashed.test"),
        ("sub.hashed.test", "MX", "insecure", "sub.hashed.test"),
        ("sub.optout.test", "MX", "insecure", "sub.optout.test"),
        ("away.test", "MX", "insecure", "insecure.test"),
        ("bogus.test", "MX", "bogus", "bogus.test"),
        ("expired.test", "MX", "bogus", "expired.test"),
    ],
)
def test_each_kind_of_zone_is_told_apart(
    world: tuple[str, str], name: str, rdtype: str, status: str, zone: str
) -> None:
    """
    Unsigned is a proven absence of DS; a chain that breaks is bogus; absence is proven too.
    """
    answer = validated(world, name, rdtype)

    assert (status, zone) == (answer.status, answer.zone), answer.detail


@pytest.mark.real
def test_a_failure_says_how(world: tuple[str, str]) -> None:
    """
    A key that the parent does not vouch for, and a signature that ended, are named.
    """
    assert "no key of the zone matches" in validated(world, "bogus.test").detail
    assert "expired" in validated(world, "expired.test").detail


@pytest.mark.real
def test_a_signature_has_an_end(world: tuple[str, str]) -> None:
    """
    So that a renewal which stands still is seen before it hurts.
    """
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", validated(world, "secure.test").expires)


@pytest.mark.real
def test_a_root_that_does_not_validate_is_nobodys_fault(world: tuple[str, str]) -> None:
    """
    An old anchor, or a resolver that lies about the root, leaves every domain open.
    """
    answer = validated(world, "secure.test", anchors=shipped_anchors())

    assert (None, True) == (answer.status, "root's keys" in answer.detail)


def test_without_an_answer_nothing_is_known() -> None:
    """
    A silent resolver is neither insecure nor bogus.
    """

    async def run() -> DnssecAnswer:
        validator = Validator([parse_address("127.0.0.1:1")], timeout=0.2)
        answer = await validator.ask(DnssecQuestion("example.com", "MX"))
        assert isinstance(answer, DnssecAnswer)
        return answer

    answer = asyncio.run(run())

    assert (True, None) == (answer.unknown, answer.status)
    assert answer.outcome in (Outcome.TIMEOUT, Outcome.SERVFAIL)


def test_anchors_are_read_from_a_file(tmp_path: Path) -> None:
    """
    As resolvers keep them: DS or DNSKEY lines, comments beside; a file without any is refused.
    """
    file = tmp_path / "root.key"
    file.write_text("; the root\n. IN DS 1 8 2 " + "ab" * 32 + " ; a key\n", encoding="utf-8")

    assert (". IN DS 1 8 2 " + "ab" * 32,) == read_anchors(str(file))
    file.write_text("nothing\n", encoding="utf-8")
    with pytest.raises(InputError, match="holds no DS"):
        read_anchors(str(file))


@pytest.mark.parametrize(("count", "outcome"), [(4, Bogus), (200, Unanswered)])
def test_keys_whose_tags_collide_are_tried_within_a_bound(count: int, outcome: type[Exception]) -> None:
    """
    CVE-2023-50387: each key would have to be tried on each signature; past the bound nothing is said of the zone.
    """
    name = dns.name.from_text("example.")
    words = [bytes((n, 255 - n)) for n in range(16)]
    keys = dns.rdataset.Rdataset(dns.rdataclass.IN, dns.rdatatype.DNSKEY)
    for n in range(count):
        turned = words[n % 16 :] + words[: n % 16]
        turned[n // 16], turned[15] = turned[15], turned[n // 16]
        keys.add(DNSKEY(dns.rdataclass.IN, dns.rdatatype.DNSKEY, 256, 3, 15, b"".join(turned)))
    tag = dns.dnssec.key_id(keys[0])
    signatures = dns.rrset.RRset(name, dns.rdataclass.IN, dns.rdatatype.RRSIG, dns.rdatatype.A)
    for n in range(count):
        text = f"A 15 1 300 20900101000000 20200101000000 {tag} example. {base64.b64encode(bytes([n]) * 64).decode()}"
        signatures.add(dns.rdata.from_text("IN", "RRSIG", text))
    rrset = dns.rrset.from_text(name, 300, "IN", "A", "192.0.2.1")
    began = time.monotonic()

    with pytest.raises(outcome):
        _validate([rrset, signatures], rrset, Zone(name, DnssecStatus.SECURE, keys))

    assert 5 > time.monotonic() - began


APEX = "example.com. NSEC abc.example.com. NS SOA"  # in its gap no wildcard stands
INSIDE = "wab.example.com. NSEC xyz.example.com. A"
REACHING = "wab.example.com. NSEC wab.example.net. A"
ABOVE = "*.com. NSEC com. RRSIG"


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ((APEX, INSIDE), DnssecStatus.SECURE),
        ((APEX, REACHING), DnssecStatus.BOGUS),
        ((ABOVE, INSIDE), DnssecStatus.BOGUS),
        ((APEX, "xyz.example.com. NSEC example.com. A"), DnssecStatus.BOGUS),
        ((APEX, "wab.example.com. NSEC example.com. A"), DnssecStatus.SECURE),
    ],
)
def test_a_zone_denies_only_its_own_names(lines: tuple[str, ...], status: DnssecStatus) -> None:
    """
    A gap begins and ends in the zone that signs it (RFC 4034 section 4.1.1, RFC 4035 section 5.3.1).
    """
    sets = [
        dns.rrset.from_text(owner, 300, "IN", "NSEC", data)
        for owner, data in (line.split(" NSEC ") for line in lines)
    ]
    zone, name = map(dns.name.from_text, ("example.com.", "www.example.com."))

    assert status == absent(sets, name, dns.rdatatype.MX, zone)
