"""A zone read from its file answers as BIND and NSD answer from the same file."""

import asyncio
import random

import dns.flags
import dns.rcode
import dns.rdatatype
import pytest

from mailsetup.edge.authority import Authority
from mailsetup.edge.dns.live import Live
from mailsetup.edge.rdata_from_dnspython import from_dnspython, name_text
from mailsetup.edge.zone_file import ZoneFile
from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.names import parent
from tests.corpora import corpus
from tests.servers import bind, nsd, signed, unbound

pytestmark = pytest.mark.real

TYPES = ("A", "AAAA", "MX", "TXT", "CNAME", "NS", "SOA", "SRV", "CAA", "TLSA", "DS", "PTR", "DNAME")
SAMPLE = 12  # of the corpus zones

EVERYTHING = r"""
$TTL 300
@ 600 IN SOA ns1 hostmaster.example.com. 7 7200 3600 1209600 60
@ NS ns1
@ NS ns2
ns1 A 192.0.2.53
ns2 A 192.0.2.54
@ MX 10 Mail
@ MX 0 mail.example.net.
@ TXT "v=spf1 -all"
@ TXT "two " "strings" "\233\"\\"
@ CAA 0 issue "ca.example.net"
mail 100 A 192.0.2.1
mail AAAA 2001:db8::1
_imaps._tcp SRV 0 1 993 mail
_25._tcp.mail TLSA 3 1 1 abababababababababababababababababababababababababababababababab
www CNAME web
web CNAME host.ent
host.ent A 192.0.2.3
gone CNAME nowhere
nodata CNAME ns1
out CNAME example.org.
*.wild MX 5 mail
x.wild TXT "own"
deep.y.wild TXT "deep"
*.alias CNAME web
*.star.alias A 192.0.2.8
sub NS ns.sub
ns.sub A 192.0.2.9
secure NS ns1
secure DS 1 8 2 0123456789012345678901234567890123456789012345678901234567890123
tree DNAME other
tree TXT "at the DNAME"
leaf.other A 192.0.2.4
a\.b TXT "a dot in a label"
sp\032ace A 192.0.2.5
$GENERATE 1-3 gen$ A 192.0.2.$
"""


def by_server(server, name: str, rdtype: str) -> DnsAnswer:
    """A server's own answer in the shape ours has: a referral and a chain that leaves are not its to say."""
    message = server.query(name + ".", rdtype)
    rcode = message.rcode()
    if rcode not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        return DnsAnswer(Outcome.SERVFAIL if rcode == dns.rcode.SERVFAIL else Outcome.REFUSED)
    found: dict[tuple[str, str], list] = {}
    for rrset in message.answer:
        found.setdefault((name_text(rrset.name), dns.rdatatype.to_text(rrset.rdtype)), []).extend(rrset)
    aliases: list[str] = []
    while (name, rdtype) not in found and (name, "CNAME") in found and len(aliases) < 20:
        name = from_dnspython(found[name, "CNAME"][0])
        aliases.append(name)
    records = tuple(from_dnspython(r) for r in found.get((name, rdtype), ()))
    if records:
        return DnsAnswer(Outcome.FOUND, records, tuple(aliases))
    soa = [name_text(r.name) for r in message.authority if r.rdtype == dns.rdatatype.SOA]
    if not soa:
        return DnsAnswer(Outcome.UNASKED, (), tuple(aliases))
    outcome = Outcome.NO_NAME if rcode == dns.rcode.NXDOMAIN else Outcome.NO_DATA
    return DnsAnswer(outcome, (), tuple(aliases), zone=soa[0])


def shape(answer: DnsAnswer):
    """What must be equal: outcome, records in any order, chain, zone; a chain left open says no more."""
    return answer.outcome, sorted(map(repr, answer.records)), answer.aliases, answer.zone


def names_around(source: Authority, seed: int) -> list[str]:
    """Every name of the zones, their parents, and made-up names beside and below them."""
    dice = random.Random(seed)
    names = {name for name, _ in source.names()}
    for name in sorted(names):
        names.add(f"{dice.choice('abcxyz')}{dice.randrange(100)}.{name}")
        names.add(f"no-such.{parent(name)}")
    for name in sorted(names):
        if any(name.endswith(origin) for origin in source.origins):
            above = parent(name)
            if any(above == origin or above.endswith(f".{origin}") for origin in source.origins):
                names.add(above)
    return sorted(n for n in names if any(n == o or n.endswith(f".{o}") for o in source.origins))


def differences(source, server, names, types=TYPES):
    """Where the server and the file disagree; the DS of a zone's own apex is the parent's to tell."""
    out = []
    for name in names:
        for rdtype in types:
            if rdtype == "DS" and name in source.origins:
                continue
            ours, theirs = source.ask(DnsQuestion(name, rdtype)), by_server(server, name, rdtype)
            at_cut = rdtype == "NS" and theirs.outcome is Outcome.UNASKED and not theirs.aliases
            if shape(ours) != shape(theirs) and not (at_cut and ours.found):
                out.append((name, rdtype, shape(ours), shape(theirs)))
    return out


@pytest.mark.parametrize("serve", [bind, nsd], ids=["bind", "nsd"])
def test_every_feature_answers_alike(tmp_path, serve):
    """Wildcards, empty non-terminals, chains, cuts, DNAME, escapes: every name and type, and names beside."""
    text = EVERYTHING if serve is bind else EVERYTHING.replace("$GENERATE 1-3 gen$ A 192.0.2.$", "")
    source = ZoneFile.of(text, "example.com")

    with serve({"example.com": text}, tmp_path) as server:
        assert differences(source, server, names_around(source, 1)) == []


@pytest.mark.parametrize("serve", [bind, nsd], ids=["bind", "nsd"])
def test_the_live_source_answers_as_the_file(tmp_path, serve):
    """Whatever the zone itself decides, asking its server and reading its file are the same."""
    text = EVERYTHING if serve is bind else EVERYTHING.replace("$GENERATE 1-3 gen$ A 192.0.2.$", "")
    source = ZoneFile.of(text, "example.com")
    questions = [DnsQuestion(name, rdtype) for name in names_around(source, 3) for rdtype in TYPES]
    decided = [q for q in questions if source.ask(q).outcome is not Outcome.UNASKED and q.rdtype != "DS"]
    at_cuts = {q for q in decided if q.rdtype == "NS" and q.name in ("sub.example.com", "secure.example.com")}

    async def ask_all(resolver):
        live = Live([resolver])
        try:
            return [await pending(live.ask(q)) for q in decided]
        finally:
            await live.close()

    with serve({"example.com": text}, tmp_path) as server:
        answers = asyncio.run(ask_all(server.resolver))

    different = [
        (q, shape(source.ask(q)), shape(answer))
        for q, answer in zip(decided, answers, strict=True)
        if q not in at_cuts and shape(source.ask(q)) != shape(answer)
    ]
    assert different == []
    assert len(decided) > 300


async def pending(answer):
    """The answer, at once or in time."""
    return answer if isinstance(answer, tuple) else await answer


def test_real_zones_answer_alike(tmp_path):
    """A sample of real zones, on both servers."""
    files = random.Random(4).sample(sorted(corpus("zones/bind").glob("*.zone")), SAMPLE)
    source = ZoneFile(*files)
    zones = {ZoneFile(file).origins[0]: file.read_bytes() for file in files}
    names = random.Random(5).sample(names_around(source, 2), 120)
    types = ("A", "MX", "TXT", "CNAME", "NS", "SOA")

    with bind(zones, tmp_path) as server:
        assert differences(source, server, names, types) == []
    with nsd(zones, tmp_path) as server:
        assert differences(source, server, names, types) == []


def test_an_update_is_served_at_once(tmp_path):
    """A dynamic update replaces and deletes sets, as an owner would in a panel."""
    with bind({"example.com": EVERYTHING}, tmp_path, updates=True) as server:
        server.update(
            "example.com",
            ("example.com.", "MX", ["1 new.example.net."]),
            ("s1._domainkey.example.com.", "TXT", ['"v=DKIM1; " "p="']),
            ("mail.example.com.", "A", []),
        )

        assert [str(r) for r in by_server(server, "example.com", "MX").records[0]] == ["1", "new.example.net"]
        assert by_server(server, "s1._domainkey.example.com", "TXT").texts == ("v=DKIM1; p=",)
        assert by_server(server, "mail.example.com", "A").outcome == Outcome.NO_DATA


def test_an_update_of_a_signed_zone_is_signed(tmp_path):
    """BIND signs what was changed with the zone's own key."""
    done = signed(zones_of("example.com"), tmp_path)

    with bind(done.zones, tmp_path, updates=True, options=done.options) as server:
        server.update("example.com", ("new.example.com.", "TXT", ['"x"']))
        answer = server.query("new.example.com", "TXT", dnssec=True).answer

    assert [rrset.rdtype for rrset in answer] == [dns.rdatatype.TXT, dns.rdatatype.RRSIG]


def test_a_zone_that_cannot_be_loaded_fails(tmp_path):
    """BIND refuses a zone with a CNAME beside other data and answers SERVFAIL for it."""
    broken = EVERYTHING + 'www TXT "beside a CNAME"\n'

    with bind({"example.net": EVERYTHING, "example.com": broken}, tmp_path) as server:
        assert by_server(server, "www.example.com", "TXT").outcome == Outcome.SERVFAIL
        assert by_server(server, "www.example.net", "A").found


def zones_of(*names):
    apex = "$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\nwww A 192.0.2.2\n"
    return {name: apex + "".join(f"{c}. NS ns.{c}.\n" for c in names if parent(c) == name) for name in names}


def test_unbound_resolves_and_validates(tmp_path):
    """From a signed parent: secure answers carry AD, a zone signed by another key fails, an unsigned one passes."""
    plain = zones_of("test", "good.test", "bad.test", "open.test")
    done = signed({n: t for n, t in plain.items() if n != "open.test"}, tmp_path, spoiled=["bad.test"])
    zones = {**done.zones, "open.test": plain["open.test"]}

    async def ask_all(resolver):
        live = Live([resolver])
        try:
            names = ("www.good.test", "no.good.test", "www.bad.test", "www.open.test")
            return [await pending(live.ask(DnsQuestion(name, "A"))) for name in names]
        finally:
            await live.close()

    with (
        bind(zones, tmp_path) as authority,
        unbound(dict.fromkeys(zones, authority), tmp_path, anchor=done.anchor) as resolver,
    ):
        message = resolver.query("www.good.test", recurse=True, dnssec=True)
        good, absent, bad, insecure = asyncio.run(ask_all(resolver.resolver))

    assert message.flags & dns.flags.AD
    assert (good.outcome, good.authenticated) == (Outcome.FOUND, True)
    assert (absent.outcome, absent.authenticated) == (Outcome.NO_NAME, True)
    assert (bad.outcome, bad.authenticated) == (Outcome.SERVFAIL, False)
    assert (insecure.outcome, insecure.authenticated) == (Outcome.FOUND, False)


def test_a_server_stops_with_its_test(tmp_path):
    """Nothing is left running, also when the test fails."""
    try:
        with nsd(
            {"example.com": EVERYTHING.replace("$GENERATE 1-3 gen$ A 192.0.2.$", "")}, tmp_path
        ) as server:
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass

    assert server.process.poll() is not None
