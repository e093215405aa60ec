"""DNSSEC verdicts of ours beside Unbound's, from the same anchor, on odd zones: secure, insecure and bogus are the same."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdata
import dns.rdatatype
import pytest

from mailsetup.edge.dns.addresses import parse_address
from mailsetup.edge.validator import Validator
from mailsetup.model.dns import DnssecAnswer, DnssecQuestion
from tests.servers.nsd import nsd
from tests.servers.process import NameServer, require
from tests.servers.unbound import unbound

from .lying_server import LyingServer, Manner
from .odd_zones import Key, Odd, master_file, replaced, resigned, spoiled, unknown_digest, without

K2, ZSK = Key(number=2), Key(number=3, flags=256)
MAIL = "@ MX 10 mail\nmail A 192.0.2.25\n"
WILD = MAIL + "*.wild MX 10 mail\n*.alias CNAME mail\n"
EMPTY = MAIL + "a.b.c A 192.0.2.1\n"
ODD: dict[str, Odd] = {
    **{f"alg{n}": Odd(keys=(Key(n),)) for n in (5, 7, 8, 10, 13, 14, 15, 16)},
    **{f"digest{n}": Odd(ds=lambda z, n=n: [Key().ds(z, n)]) for n in (1, 2, 4)},
    **{f"unknown-alg{n}": Odd(ds=lambda z, n=n: [Key().ds(z, claimed=n)]) for n in (1, 3, 6, 17, 200, 253)},
    **{f"unknown-digest{n}": Odd(ds=lambda z, n=n: [unknown_digest(n)]) for n in (3, 5, 200)},
    "digest-unknown-and-good": Odd(ds=lambda z: [unknown_digest(200), Key().ds(z)]),
    "digest-unknown-and-bad": Odd(ds=lambda z: [unknown_digest(200), Key().ds(z, spoiled=True)]),
    "alg-unknown-and-good": Odd(ds=lambda z: [Key().ds(z, claimed=200), Key().ds(z)]),
    "sha1-good-sha256-bad": Odd(ds=lambda z: [Key().ds(z, 1), Key().ds(z, 2, spoiled=True)]),
    "sha1-good-sha384-bad": Odd(ds=lambda z: [Key().ds(z, 1), Key().ds(z, 4, spoiled=True)]),
    "sha1-good-sha256-standby": Odd(ds=lambda z: [Key().ds(z, 1), K2.ds(z, 2)]),
    "sha1-good-sha256-other-alg": Odd(ds=lambda z: [Key().ds(z, 1), Key(8).ds(z, 2)]),
    "sha256-good-sha384-bad": Odd(ds=lambda z: [Key().ds(z, 2), Key().ds(z, 4, spoiled=True)]),
    "sha256-bad-sha384-good": Odd(ds=lambda z: [Key().ds(z, 2, spoiled=True), Key().ds(z, 4)]),
    "sha1-bad-sha256-good": Odd(ds=lambda z: [Key().ds(z, 1, spoiled=True), Key().ds(z, 2)]),
    "sha1-good-sha256-unknown-alg": Odd(ds=lambda z: [Key().ds(z, 1), Key().ds(z, 2, claimed=200)]),
    "ds-of-other-key": Odd(ds=lambda z: [K2.ds(z)]),
    "ds-standby": Odd(ds=lambda z: [K2.ds(z), Key().ds(z)]),
    "ds-twice-bad-first": Odd(ds=lambda z: [Key().ds(z, spoiled=True), Key().ds(z)]),
    "ds-of-zsk": Odd(keys=(Key(flags=256),)),
    "ds-without-zone": Odd(signed=False, ds=lambda z: [Key().ds(z)]),
    "ds-of-no-zone-key": Odd(keys=(Key(flags=1),)),
    "ds-of-protocol-2": Odd(keys=(Key(protocol=2),)),
    "ds-of-revoked": Odd(keys=(Key(flags=385),)),
    "revoked-beside-good": Odd(keys=(Key(), Key(number=2, flags=385))),
    "island": Odd(ds=lambda z: []),
    "unsigned": Odd(signed=False),
    "expired": Odd(begins=-40 * 86_400, ends=-10 * 86_400),
    "early": Odd(begins=10 * 86_400, ends=40 * 86_400),
    "expired-mx": Odd(after=resigned("MX", (-40, -10))),
    "early-mx": Odd(after=resigned("MX", (10, 40))),
    "expired-and-valid": Odd(after=resigned("MX", (-40, -10), (-2, 20))),
    "early-and-valid": Odd(after=resigned("MX", (10, 40), (-2, 20))),
    "expired-dnskey": Odd(after=resigned("DNSKEY", (-40, -10))),
    "expired-nsec": Odd("mail A 192.0.2.25\n", after=resigned("NSEC", (-40, -10))),
    "ends-before-it-begins": Odd(after=resigned("MX", (20, -2))),
    "years": Odd(after=resigned("MX", (-3000, 3000))),
    "other-signer": Odd(after=resigned("MX", (-2, 20), signer="test")),
    "unknown-signer-key": Odd(after=resigned("MX", (-2, 20), key=K2)),
    "spoiled-mx": Odd(after=spoiled("MX")),
    "spoiled-dnskey": Odd(after=spoiled("DNSKEY")),
    "spoiled-nsec": Odd("mail A 192.0.2.25\n", after=spoiled("NSEC")),
    "replaced-mx": Odd(after=replaced("5 forged.test.", "MX")),
    "stripped-mx": Odd(after=without(covering="MX")),
    "stripped-dnskey-signature": Odd(after=without(covering="DNSKEY")),
    "stripped-dnskey": Odd(after=without("DNSKEY")),
    "stripped-all": Odd(after=without("RRSIG", owner="*any")),
    "stripped-nsec": Odd("mail A 192.0.2.25\n", after=without("NSEC", owner="*any")),
    "nsec-says-mx": Odd(after=without("MX")),
    "split": Odd(keys=(Key(), ZSK), signers={"DNSKEY": (Key(),), "MX": (ZSK,)}),
    "keys-signed-by-zsk": Odd(keys=(Key(), ZSK), signers={"DNSKEY": (ZSK,)}),
    "rollover": Odd(keys=(Key(), K2, ZSK)),
    "prepublished": Odd(keys=(Key(), K2), signers={"MX": (Key(),), "DNSKEY": (Key(),)}),
    "signed-by-one-gone": Odd(
        keys=(Key(), Key(number=4, flags=256, published=False)),
        signers={"MX": (Key(number=4, flags=256, published=False),)},
    ),
    "double-algorithm": Odd(keys=(Key(), Key(8)), signers={"MX": (Key(8),), "DNSKEY": (Key(),)}),
    "two-ds-one-alg-signs": Odd(ds=lambda z: [Key().ds(z), Key(8).ds(z)]),
    "cds": Odd(MAIL + "@ CDS 0 0 0 00\n@ CDNSKEY 0 3 0 AA==\n"),
    "wild": Odd(WILD),
    "wild-unproven": Odd(WILD, after=without("NSEC", owner="*any")),
    "wild-hashed": Odd(WILD, hashed=(0, "", False)),
    "wild-hashed-unproven": Odd(WILD, hashed=(0, "", False), after=without("NSEC3", owner="*any")),
    "wild-optout": Odd(WILD, hashed=(0, "", True)),
    "empty": Odd(EMPTY),
    "empty-hashed": Odd(EMPTY, hashed=(0, "", False)),
    "empty-optout": Odd(EMPTY + "deep.cut NS ns.test.\n", hashed=(0, "", True)),
    "hashed": Odd("mail A 192.0.2.25\n", hashed=(0, "", False)),
    "salted": Odd("mail A 192.0.2.25\n", hashed=(10, "ab12", False)),
    "hashed-spoiled": Odd(MAIL, hashed=(0, "", False), after=without("NSEC3", owner="*any")),
    "hashed-50": Odd(MAIL, hashed=(50, "ab", False)),
    "hashed-300": Odd(WILD, hashed=(300, "ab", False)),
    "hashed-300-spoiled": Odd(MAIL, hashed=(300, "ab", False), after=spoiled("NSEC3", "*any")),
    "hashed-says-mx": Odd(hashed=(0, "", False), after=without("MX")),
    "parent": Odd(MAIL),
    "parent-hashed": Odd(MAIL, hashed=(0, "", False)),
    "parent-optout": Odd(MAIL, hashed=(0, "", True)),
    "parent-300": Odd(MAIL, hashed=(300, "", True)),
    "parent-unproven": Odd(MAIL, after=without("NSEC", owner="*any")),
    "parent-bogus": Odd(MAIL, ds=lambda z: [K2.ds(z)]),
    "parent-unsigned": Odd(signed=False),
    "links": Odd(
        MAIL + "good CNAME alg13.test.\nplain CNAME unsigned.test.\nbad CNAME expired-mx.test.\n"
        "gone CNAME nothing.alg13.test.\nround CNAME good\nlong CNAME round\nmix CNAME plain\n"
        "wildly CNAME x.wild.wild.test.\nisland CNAME island.test.\n"
    ),
    "links-spoiled": Odd(MAIL + "good CNAME alg13.test.\n", after=spoiled("CNAME", "good")),
    "links-stripped": Odd(MAIL + "good CNAME alg13.test.\n", after=without(covering="CNAME", owner="good")),
    "tree": Odd(MAIL + "in DNAME t\nx.t MX 10 mail\nout DNAME wild.wild.test.\naway DNAME unsigned.test.\n"),
    "tree-spoiled": Odd(MAIL + "in DNAME t\nx.t MX 10 mail\n", after=spoiled("DNAME", "in")),
    "tree-stripped": Odd(MAIL + "in DNAME t\nx.t MX 10 mail\n", after=without(covering="DNAME", owner="in")),
}
CHILDREN = {
    f"{child}.{parent}": odd
    for parent in (
        "parent", "parent-hashed", "parent-optout", "parent-300", "parent-unproven", "parent-bogus", "parent-unsigned"
    )
    for child, odd in {
        "safe": Odd(), "plain": Odd(signed=False), "spoiled": Odd(ds=lambda z: [K2.ds(z)]), "deep.down": Odd(signed=False)
    }.items()
}  # fmt: skip
ZONES = {f"{name}.test": odd for name, odd in {**ODD, **CHILDREN}.items()}
MORE = [
    *[(f"{name}.test", "TXT") for name in ("alg13", "hashed", "salted", "hashed-50", "hashed-300", "hashed-300-spoiled")],
    *[(f"nothing.{name}.test", "MX") for name in ("alg13", "wild", "stripped-nsec", "expired-nsec", "parent-optout")],
    *[(f"nothing.{name}.test", "MX") for name in ("hashed", "salted", "hashed-spoiled", "hashed-says-mx")],
    *[(f"nothing.{name}.test", "MX") for name in ("hashed-300", "hashed-300-spoiled")],
    *[
        (f"{owner}.{name}.test", rdtype)
        for name in ("wild", "wild-unproven", "wild-hashed", "wild-hashed-unproven", "wild-optout", "hashed-300")
        for owner, rdtype in (("x.wild", "MX"), ("x.wild", "TXT"), ("y.alias", "A"), ("z.y.wild", "MX"), ("*.wild", "MX"))
    ],
    *[
        (f"{owner}.{name}.test", "MX")
        for name in ("empty", "empty-hashed", "empty-optout")
        for owner in ("c", "b.c", "a.b.c", "x.b.c", "x.c")
    ],
    ("cut.empty-optout.test", "MX"),
    *[(f"{owner}.links.test", "MX") for owner in ("good", "plain", "bad", "gone", "round", "long", "mix")],
    *[(f"{owner}.links.test", "MX") for owner in ("wildly", "island")],
    ("good.links-spoiled.test", "MX"),
    ("good.links-stripped.test", "MX"),
    *[(f"{owner}.tree.test", "MX") for owner in ("x.in", "in", "y.in", "x.out", "x.away")],
    ("x.in.tree-spoiled.test", "MX"),
    ("x.in.tree-stripped.test", "MX"),
    *[(f"nothing.{name}.test", "MX") for name in CHILDREN],
    ("nothing.at.all.test", "MX"),
    ("_25._tcp.mail.alg13.test", "TLSA"),
]  # fmt: skip
QUESTIONS = [*((name, "MX") for name in ZONES), *MORE]

STRONGER = (
    "sha1-good-sha256-bad",
    "sha1-good-sha384-bad",
    "sha1-good-sha256-standby",
    "sha1-good-sha256-other-alg",
)
KNOWN = {  # question -> (Unbound's, ours)
    ("other-signer.test", "MX"): (
        "secure",
        "bogus",
    ),  # RFC 4035 section 5.3.1: the signer is the set's own zone
    ("ds-of-revoked.test", "MX"): (
        "secure",
        "bogus",
    ),  # RFC 5011 section 2.1: a revoked key signs nothing else
    **{(f"{name}.test", "MX"): ("secure", "bogus") for name in STRONGER},  # RFC 4509 section 3
}


class World:
    """A plain resolver for ours, a validating one beside it, and the anchor of both."""

    def __init__(self, server: NameServer, plain: NameServer, validating: NameServer, anchor: str) -> None:
        self.server, self.plain, self.validating, self.anchor = server, plain, validating, anchor

    def unbound_says(self, name: str, rdtype: str) -> str:
        """Bogus is a refusal that CD lifts, secure is AD."""
        query = dns.message.make_query(name, rdtype, want_dnssec=True)
        message = dns.query.udp(query, self.validating.address, timeout=10, port=self.validating.port)
        if message.rcode() == dns.rcode.SERVFAIL:
            return "bogus"
        return "secure" if message.flags & dns.flags.AD else "insecure"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    tmp = tmp_path_factory.mktemp("odd")
    served: dict[str, str] = {}
    ds: dict[str, list[str]] = {}
    for name in sorted(ZONES, key=lambda n: -n.count(".")):
        children = {c: ds[c] for c in ds if c.endswith("." + name)}
        served[name] = master_file(name, ZONES[name], children)
        ds[name] = ZONES[name].published_ds(name)
    top = {name: found for name, found in ds.items() if name.count(".") == 1}
    served["test"] = master_file("test", Odd("ns A 127.0.0.1\n"), top)
    anchor = f"test. IN DS {Key().ds('test')}"
    with nsd(served, tmp) as server, contextlib.ExitStack() as stack:
        at = {name: server for name in served}
        plain = stack.enter_context(unbound(at, tmp))
        validating = stack.enter_context(unbound(at, tmp, anchor=anchor))
        yield World(server, plain, validating, anchor)


def said(world: World, questions: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
    """What Unbound and we say, a question after the other."""

    async def ours() -> list[DnssecAnswer]:
        validator = Validator([parse_address(world.plain.resolver)], anchors=(world.anchor,))
        try:
            return [await validator.ask(DnssecQuestion(*question)) for question in questions]
        finally:
            await validator.close()

    answers = asyncio.run(ours())
    words = [answer.status.value if answer.status else answer.detail for answer in answers]
    return {q: (world.unbound_says(*q), word) for q, word in zip(questions, words, strict=True)}


@pytest.mark.real
def test_verdicts_are_those_of_unbound(world: World) -> None:
    """
    On every odd zone, for every question; where we are stricter the RFC says so.
    """
    different = {q: pair for q, pair in said(world, QUESTIONS).items() if pair[0] != pair[1]}

    assert not KNOWN.items() ^ different.items(), "\n".join(f"{q}: {pair}" for q, pair in different.items())


@pytest.mark.real
def test_sha1_beside_a_better_digest_counts_as_little_as_with_bind(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """
    RFC 4509 section 3: BIND's validation says of every such set of DS records what ours says; Unbound only when hardened.
    """
    delv = require("delv", "bind9-dnsutils")
    tag, algorithm, digest, data = Key().ds("test").split()
    anchors = tmp_path_factory.mktemp("delv") / "anchors"
    anchor = f'"test." static-ds {tag} {algorithm} {digest} "{data}";'
    anchors.write_text(f"trust-anchors {{ {anchor} }};\n", encoding="utf-8")
    names = [f"{name}.test" for name in ODD if name.startswith(("sha", "digest1"))]
    at = [f"@{world.plain.address}", "-p", str(world.plain.port), "-a", str(anchors), "+root=test"]
    bind = {}
    for name in names:
        run = subprocess.run(
            [delv, *at, name, "MX"], capture_output=True, text=True, encoding="utf-8", timeout=30, check=False
        )
        bind[name] = "secure" if "fully validated" in run.stdout else "bogus"
    ours = {name: pair[1] for (name, _), pair in said(world, [(name, "MX") for name in names]).items()}

    assert bind == ours
    assert {f"{name}.test" for name in STRONGER} == {name for name, word in ours.items() if word == "bogus"}


TAMPERED = {
    ("x.wild.wild.test", "MX"): "unproven",  # RFC 4035 section 5.3.4
    ("x.wild.wild-hashed.test", "MX"): "unproven",  # RFC 5155 section 8.8
    ("y.wild.wild.test", "MX"): "denied",  # RFC 4035 section 5.4: the wildcard has to be denied too
    ("y.wild.wild-hashed.test", "MX"): "denied",  # RFC 5155 section 8.4
    ("z.wild.wild.test", "MX"): "emptied",
    ("z.wild.wild-hashed.test", "MX"): "emptied",  # RFC 5155 section 8.7
    ("y.alias.wild.test", "A"): "unproven",
    ("alg13.test", "MX"): "emptied",
    ("alg14.test", "MX"): "denied",
    ("x.wild.alg15.test", "MX"): "unproven",
}


def tampering(server: NameServer) -> Manner:
    """Hands on what a server says, but for what is taken from some answers."""

    def manner(query: dns.message.Message, tcp: bool) -> bytes:
        message = dns.query.tcp(query, server.address, timeout=5, port=server.port)
        asked = query.question[0]
        how = TAMPERED.get(
            (asked.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(asked.rdtype))
        )
        if how == "unproven":
            message.authority = []
        elif how:
            message.answer = []
            message.set_rcode(dns.rcode.NXDOMAIN if how == "denied" else dns.rcode.NOERROR)
        message.use_edns(query.edns, query.ednsflags, 4096)
        return message.to_wire(max_size=65_535)

    return manner


@pytest.mark.real
def test_what_somebody_on_the_way_takes_away_is_missed(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """
    A wildcard's answer without the proof that it may answer, and its denial by the proof made for it, are bogus.
    """
    tmp = tmp_path_factory.mktemp("tampered")
    with LyingServer(tampering(world.server)) as liar, contextlib.ExitStack() as stack:
        at = {name: f"127.0.0.1@{liar.port}" for name in ["test", *ZONES]}
        plain = stack.enter_context(unbound(at, tmp))
        validating = stack.enter_context(unbound(at, tmp, anchor=world.anchor))
        verdicts = said(World(world.server, plain, validating, world.anchor), TAMPERED)

    expected = {q: ("bogus", "bogus") for q in TAMPERED} | {("x.wild.alg15.test", "MX"): ("bogus", "bogus")}
    assert expected == verdicts


@pytest.mark.real
def test_an_alias_below_a_dname_leads_where_the_dname_says(world: World) -> None:
    """
    The CNAME beside a DNAME bears no signature: where it leads is computed (RFC 6672 section 5.3.1).
    """

    def manner(query: dns.message.Message, tcp: bool) -> bytes:
        message = dns.query.tcp(query, world.plain.address, timeout=5, port=world.plain.port)
        for rrset in message.answer:
            if rrset.rdtype == dns.rdatatype.CNAME:
                rrset.clear()
                rrset.add(dns.rdata.from_text("IN", "CNAME", "nothing.alg13.test."))
        return message.to_wire(max_size=65_535)

    async def run(port: int) -> DnssecAnswer:
        validator = Validator([parse_address(f"127.0.0.1:{port}")], anchors=(world.anchor,))
        answer = await validator.ask(DnssecQuestion("x.away.tree.test", "MX"))
        assert isinstance(answer, DnssecAnswer)
        await validator.close()
        return answer

    with LyingServer(manner) as liar:
        answer = asyncio.run(run(liar.port))

    assert ("insecure", "unsigned.test") == (answer.status, answer.zone)


@pytest.mark.real
def test_a_signature_that_ran_out_beside_a_good_one_is_no_end(world: World) -> None:
    """
    After a key rollover the old key's signature ends and hurts nobody: the end told is that of the last good one.
    """
    question = ("expired-and-valid.test", "MX")

    async def run() -> DnssecAnswer:
        validator = Validator([parse_address(world.plain.resolver)], anchors=(world.anchor,))
        answer = await validator.ask(DnssecQuestion(*question))
        assert isinstance(answer, DnssecAnswer)
        await validator.close()
        return answer

    assert asyncio.run(run()).expires > datetime.now(UTC).strftime("%Y-%m-%d")
