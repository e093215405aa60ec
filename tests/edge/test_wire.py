"""The codec says what dnspython says, on sound messages and on mangled ones; where it doubts, it refuses."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rrset
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsetup.edge.dns import odd
from mailsetup.edge.dns.reading import answer_of, plain_answer
from mailsetup.edge.dns.wire import (
    TYPES,
    Message,
    Unusual,
    name_to_wire,
    parse,
    query_tail,
    question_to_wire,
    spelling,
)
from mailsetup.model.dns import DS, TLSA, TXT

ordinary = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_ABCXYZ", min_size=1, max_size=12).map(str.encode)
labels = st.one_of(ordinary, ordinary, ordinary, st.binary(min_size=1, max_size=63))
names = st.lists(labels, max_size=5).filter(lambda ls: sum(map(len, ls)) + len(ls) < 255)
wire_names = names.map(lambda ls: b"".join(bytes((len(label),)) + label for label in ls) + b"\0")
octet = st.integers(0, 255)
short = st.integers(0, 65535)
long = st.integers(0, 2**32 - 1)


def packed(*parts: Any) -> st.SearchStrategy[bytes]:
    """Rdata from strategies for its parts: (size, integers) or octets."""
    made = [
        p[1].map(lambda n, size=p[0]: n.to_bytes(size, "big")) if isinstance(p, tuple) else p for p in parts
    ]
    return st.tuples(*made).map(b"".join)


strings = st.lists(st.binary(max_size=255), min_size=1, max_size=4).map(
    lambda chunks: b"".join(bytes((len(c),)) + c for c in chunks)
)
tags = st.text("abcXYZ019", min_size=1, max_size=9).map(lambda t: bytes((len(t),)) + t.encode())
digests = st.sampled_from([(1, 20), (2, 32), (4, 48)]).flatmap(
    lambda d: st.binary(min_size=d[1], max_size=d[1]).map(lambda data: bytes((d[0],)) + data)
)
certificates = st.sampled_from([(0, 7), (1, 32), (2, 64)]).flatmap(
    lambda d: st.binary(min_size=d[1], max_size=d[1]).map(lambda data: bytes((d[0],)) + data)
)
RDATA = {
    "A": st.binary(min_size=4, max_size=4),
    "AAAA": st.one_of(
        st.binary(min_size=16, max_size=16),
        st.lists(st.sampled_from([b"\0\0", b"\0\1", b"\xff\xff", b"\x20\x01"]), min_size=8, max_size=8).map(
            b"".join
        ),
    ),
    "NS": wire_names,
    "CNAME": wire_names,
    "PTR": wire_names,
    "MX": packed((2, short), wire_names),
    "TXT": strings,
    "SOA": packed(wire_names, wire_names, (4, long), (4, long), (4, long), (4, long), (4, long)),
    "SRV": packed((2, short), (2, short), (2, short), wire_names),
    "CAA": packed((1, octet), tags, st.binary(max_size=40)),
    "TLSA": packed((1, octet), (1, octet), certificates),
    "DS": packed((2, short), (1, octet), digests),
    "DNSKEY": packed((2, short), (1, octet), (1, octet), st.binary(max_size=40)),
}


@st.composite
def rrsets(draw: Any) -> dns.rrset.RRset:
    """One to three records of one owner and type, as dnspython holds them."""
    rdtype = draw(st.sampled_from(sorted(RDATA)))
    owner = dns.name.Name([*draw(names), b""])
    ttl = draw(st.one_of(st.integers(0, 90_000), st.just(0x7FFFFFFF)))
    rrset = dns.rrset.RRset(owner, dns.rdataclass.IN, TYPES[rdtype])
    rrset.ttl = ttl
    for _ in range(draw(st.integers(1, 3))):
        wire = draw(RDATA[rdtype])
        rrset.add(dns.rdata.from_wire(dns.rdataclass.IN, TYPES[rdtype], wire, 0, len(wire)), ttl)
    return rrset


@st.composite
def messages(draw: Any) -> bytes:
    """A whole response, names compressed."""
    message = dns.message.Message(id=draw(short))
    message.flags = dns.flags.Flag(0x8000 | draw(short) & 0x05B0)
    message.set_rcode(dns.rcode.Rcode(draw(st.sampled_from([0, 0, 0, 2, 3, 5]))))
    owner = dns.name.Name([*draw(names), b""])
    message.question.append(dns.rrset.RRset(owner, dns.rdataclass.IN, draw(st.sampled_from([1, 15, 16]))))
    for section in (message.answer, message.authority, message.additional):
        section.extend(draw(st.lists(rrsets(), max_size=3)))
    if draw(st.booleans()):
        text = draw(st.text(max_size=20))
        options = [dns.edns.EDEOption(draw(st.integers(0, 30)), text or None)] if draw(st.booleans()) else []
        message.use_edns(0, payload=draw(st.sampled_from([512, 1232, 4096])), options=options)
    wire: bytes = message.to_wire(max_size=65535)
    return wire


def by_dnspython(wire: bytes) -> Message | None:
    try:
        return odd.read(wire)
    except Unusual:
        return None


def by_ours(wire: bytes) -> Message | None:
    try:
        return parse(wire)
    except Unusual:
        return None


def lengths_only_dnspython_minds(message: Message) -> bool:
    """
    A digest of the wrong length is a domain's fault to be reported, not an answer that cannot be read.

    dnspython refuses the whole message for it.
    """
    records = [r[3] for r in (*message.answer, *message.authority, *message.additional)]
    sizes = {1: 20, 2: 32, 3: 32, 4: 48}
    return any(
        (type(r) is DS and (r.digest_type == 0 or len(r.digest) != sizes.get(r.digest_type, len(r.digest))))
        or (type(r) is TLSA and len(r.data) != {1: 32, 2: 64}.get(r.matching, len(r.data)))
        for r in records
    )


shuffles = pytest.mark.filterwarnings("ignore:Do not use the `random` module")  # dnspython's rendering does


@shuffles
@settings(max_examples=150, deadline=None)
@given(messages())
def test_sound_messages_are_read_as_dnspython_reads_them(wire: bytes) -> None:
    assert odd.read(wire) == parse(wire)


@shuffles
@settings(max_examples=100, deadline=None)
@given(messages(), st.lists(st.tuples(short, octet), min_size=1, max_size=4), st.integers(-12, 6))
def test_what_is_accepted_though_mangled_is_what_dnspython_accepts(
    wire: bytes, changes: list[tuple[int, int]], cut: int
) -> None:
    mangled = bytearray(wire)
    for where, value in changes:
        mangled[where % len(mangled)] = value
    packet = bytes(mangled[:cut]) if cut < 0 else bytes(mangled) + b"\0" * cut
    ours = by_ours(packet)

    if ours is not None and not lengths_only_dnspython_minds(ours):
        assert by_dnspython(packet) == ours


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=600))
def test_noise_is_refused_or_read_but_never_raises_anything_else(noise: bytes) -> None:
    by_ours(noise)
    by_ours(b"\0\0\x84\0\0\1\0\1\0\0\0\0" + noise)


def test_mangled_packets_are_never_accepted_against_dnspython(capsys: pytest.CaptureFixture[str]) -> None:
    rng = random.Random(20261121)
    sound = _some_answers()
    accepted = refused_by_both = left_to_dnspython = 0
    for _ in range(4000):
        packet = bytearray(rng.choice(sound))
        for _ in range(rng.randint(1, 3)):
            packet[rng.randrange(2, len(packet))] = rng.choice([rng.randrange(256), 0xC0, 0, 12, 63])
        if rng.random() < 0.2:
            del packet[rng.randrange(12, len(packet)) :]
        ours, theirs = by_ours(bytes(packet)), by_dnspython(bytes(packet))
        if ours is not None:
            accepted += 1
            assert theirs == ours or lengths_only_dnspython_minds(ours)
        elif theirs is None:
            refused_by_both += 1
        else:
            left_to_dnspython += 1
    with capsys.disabled():
        print(
            f"\ncodec: 4000 mangled packets: {accepted} read and equal to dnspython, {refused_by_both} refused "
            f"by both, {left_to_dnspython} left to dnspython"
        )


def _some_answers() -> list[bytes]:
    records = [
        ("www.example.com.", "A", "192.0.2.1", "192.0.2.2"),
        ("www.example.com.", "AAAA", "2001:db8::1", "::ffff:192.0.2.1"),
        ("example.com.", "MX", "10 mx1.example.com.", "20 mx2.example.com.", "0 ."),
        ("example.com.", "TXT", '"v=spf1 include:_spf.example.net -all"', '"a" "b" ""'),
        ("sel._domainkey.example.com.", "CNAME", "sel.keys.example.net."),
        ("example.com.", "SOA", "ns1.example.com. h.example.com. 1 2 3 4 5"),
        ("example.com.", "NS", "ns1.example.com.", "ns2.example.net."),
        ("_a._tcp.example.com.", "SRV", "0 1 443 a.example.com."),
        ("example.com.", "CAA", '0 issue "ca.example.net"'),
        ("_25._tcp.mx.example.com.", "TLSA", "3 1 1 " + "ab" * 32),
        ("example.com.", "DS", "1 13 2 " + "cd" * 32),
        ("example.com.", "DNSKEY", "257 3 13 AAAA"),
        ("1.2.0.192.in-addr.arpa.", "PTR", "a.example.com."),
    ]
    wires = []
    for owner, rdtype, *values in records:
        query = dns.message.make_query(owner, rdtype, use_edns=0, id=1)
        answer = dns.message.make_response(query)
        answer.answer.append(dns.rrset.from_text(owner, 300, "IN", rdtype, *values))
        soa = dns.rrset.from_text(
            "example.com.", 900, "IN", "SOA", "ns1.example.com. h.example.com. 1 2 3 4 60"
        )
        answer.authority.append(soa)
        answer.additional.append(dns.rrset.from_text("ns1.example.com.", 60, "IN", "A", "192.0.2.53"))
        answer.use_edns(0, payload=1232, options=[dns.edns.EDEOption(22, "no reachable authority")])
        wires.append(answer.to_wire())
    return wires


def _nothing_here(owner: str, zone: str, mname: str, rname: str, rcode: int, ttl: int = 900) -> bytes:
    """A response without records, as name servers send most of them."""
    answer = dns.message.make_response(dns.message.make_query(owner, "TXT", use_edns=0, id=1))
    answer.set_rcode(dns.rcode.Rcode(rcode))
    soa = dns.rrset.from_text(zone, ttl, "IN", "SOA", f"{mname} {rname} 1 2 3 4 600")
    answer.authority.append(soa)
    answer.use_edns(0, payload=1232)
    return answer.to_wire()


NOTHING_HERE = [
    ("_dmarc.example.com", "example.com.", "ns1.example.com.", "hostmaster.example.com.", 3, 900),
    ("_mta-sts.example.com", "example.com.", "ns1.provider.example.", "dns.provider.example.", 3, 300),
    ("a.b.c.example.com", "c.example.com.", "ns1.provider.example.", "provider.example.", 0, 900),
    ("example.com", "example.com.", "a.example.", "a.example.", 0, 600),
    ("x.example.com", "com.", "a.gtld-servers.example.", "x.b.c.d.", 3, 0),
    ("_dmarc.example", ".", "a.root-servers.example.", "nstld.registry.example.", 3, 86400),
]


def _end_of_question(name: str) -> int:
    return 12 + len(name) + 2 + 4


@pytest.mark.parametrize("case", NOTHING_HERE, ids=lambda case: str(case[0]))
def test_an_ordinary_absence_is_read_at_once_and_says_what_a_whole_reading_says(
    case: tuple[Any, ...],
) -> None:
    wire, name = _nothing_here(*case), case[0]
    said = plain_answer(wire, name, _end_of_question(name), "192.0.2.53")
    assert said is not None
    assert said == answer_of(odd.read(wire), name, "TXT", "192.0.2.53")
    assert said.absent and said.zone == case[1].removesuffix(".")


def test_a_mangled_absence_is_read_at_once_only_where_dnspython_reads_the_same() -> None:
    rng = random.Random(20261122)
    at_once = left = 0
    for _ in range(12_000):
        case = rng.choice(NOTHING_HERE)
        packet, name = bytearray(_nothing_here(*case)), case[0]
        end = _end_of_question(name)
        for _ in range(rng.randint(1, 3)):
            at = rng.choice([3, rng.randrange(end, len(packet)), rng.randrange(end, len(packet))])
            packet[at] = rng.choice([rng.randrange(256), 0xC0, 0, 12, rng.randrange(12, end + 40), 63])
        if rng.random() < 0.1:
            del packet[rng.randrange(end, len(packet)) :]
        wire = bytes(packet)
        said = plain_answer(wire, name, end, "")
        if said is None:
            left += 1
            continue
        at_once += 1
        assert said == answer_of(odd.read(wire), name, "TXT", "")
    assert at_once > 1000
    assert left > 1000


def _something_here(
    owner: str, rdtype: str, values: list[str], zone: str, servers: list[str], hosts: Sequence[str] = ()
) -> bytes:
    """
    A response with records, and with the name servers of the zone and the addresses of ``hosts`` named there, as many
    servers send them along.
    """
    answer = dns.message.make_response(dns.message.make_query(owner, rdtype, use_edns=0, id=1))
    answer.answer.append(dns.rrset.from_text(owner + ".", 300, "IN", rdtype, *values))
    if servers:
        answer.authority.append(dns.rrset.from_text(zone, 900, "IN", "NS", *servers))
    for host in hosts:
        answer.additional.append(dns.rrset.from_text(host, 600, "IN", "A", "192.0.2.53", "192.0.2.54"))
        answer.additional.append(dns.rrset.from_text(host, 600, "IN", "AAAA", "2001:db8::53"))
    answer.use_edns(0, payload=1232)
    return answer.to_wire()


OUTSIDE = ["ns1.provider.example.", "ns2.provider.example.", "ns3.provider.example."]
SOMETHING_HERE = [
    ("example.com", "MX", ["10 mx.example.com.", "20 mx.elsewhere.test."], "example.com.", OUTSIDE),
    ("example.com", "MX", ["0 ."], "example.com.", ["ns1.example.com.", "ns2.example.com."]),
    ("example.com", "TXT", ['"v=spf1 -all"', '"a" "b" ""'], "example.com.", []),
    ("_dmarc.example.com", "TXT", ['"v=DMARC1; p=none"'], "example.com.", ["a.b.c.", "."]),
    ("www.example.com", "A", ["192.0.2.1", "192.0.2.2"], "com.", OUTSIDE[:1]),
    ("www.example.com", "AAAA", ["2001:db8::1", "::ffff:192.0.2.1"], "example.com.", OUTSIDE[:2]),
    ("x.example.com", "CNAME", ["y.example.net."], "example.com.", ["example.com."]),
    ("example.com", "NS", ["ns1.example.com.", "ns2.provider.example."], "example.com.", []),
    ("example.com", "SOA", ["ns1.example.com. h.example.com. 1 2 3 4 5"], "example.com.", OUTSIDE),
    ("_a._tcp.example.com", "SRV", ["0 1 443 a.example.com."], "example.com.", OUTSIDE),
    ("example.com", "CAA", ['0 issue "ca.example.net"'], "example.com.", []),
    ("www.example.com", "A", ["192.0.2.1"], "example.com.", OUTSIDE[:2], OUTSIDE[:2]),
    ("example.com", "TXT", ['"v=spf1 mx -all"'], "example.com.", ["ns.example.com.", *OUTSIDE[:1]], ["ns.example.com."]),
    ("example.com", "MX", ["10 mx.example.com.", "20 mx.elsewhere.test."], "example.com.", OUTSIDE,
     ["mx.example.com.", "mx.elsewhere.test.", *OUTSIDE]),
    ("example.com", "NS", ["ns1.example.com.", "ns2.provider.example."], "example.com.", [], ["ns1.example.com."]),
    ("mx.example", "AAAA", ["2001:db8::1"], ".", ["a.root-servers.example."], ["a.root-servers.example."]),
    ("mx.example.com", "A", ["192.0.2.1"], "example.com.", ["mx.example.com."], ["mx.example.com."]),
]  # fmt: skip


@pytest.mark.parametrize(
    "case", SOMETHING_HERE, ids=lambda case: f"{case[0]} {case[1]}{' and addresses' * (len(case) > 5)}"
)
def test_an_ordinary_answer_is_read_at_once_and_says_what_a_whole_reading_says(case: tuple[Any, ...]) -> None:
    wire, name = _something_here(*case), case[0]
    said = plain_answer(wire, name, _end_of_question(name), "192.0.2.53")
    assert said is not None
    assert said == answer_of(odd.read(wire), name, case[1], "192.0.2.53")
    assert said.found and len(said.records) == len(case[2])


@pytest.mark.parametrize(("links", "at_once"), [(15, True), (16, False)])
def test_an_address_whose_owner_is_pointers_too_many_away_is_left_to_dnspython(
    links: int, at_once: bool
) -> None:
    """Each exchange points to the one before; the host of the address to the last: dnspython follows sixteen."""
    wire = bytearray(dns.message.make_query("example.com", "MX", use_edns=None, id=1).to_wire())
    wire[2:4], wire[6:8], wire[10:12] = b"\x84\0", links.to_bytes(2, "big"), b"\0\2"
    last = 12
    for _ in range(links):
        wire += b"\xc0\x0c\0\x0f\0\1\0\0\1\0\0\6\0\x0a\1a" + (0xC000 | last).to_bytes(2, "big")
        last = len(wire) - 4
    wire += (0xC000 | last).to_bytes(2, "big") + b"\0\1\0\1\0\0\1\0\0\4\xc0\0\2\1"
    wire += b"\0\0\x29\4\xd0" + b"\0" * 6

    said = plain_answer(bytes(wire), "example.com", _end_of_question("example.com"), "")

    assert (said is not None) is at_once
    if at_once:
        assert said == answer_of(odd.read(bytes(wire)), "example.com", "MX", "")
    else:
        with pytest.raises(Unusual):
            odd.read(bytes(wire))


def test_a_mangled_answer_is_read_at_once_only_where_dnspython_reads_the_same() -> None:
    rng = random.Random(20261122)
    at_once = left = 0
    for _ in range(12_000):
        case = rng.choice(SOMETHING_HERE)
        packet, name = bytearray(_something_here(*case)), case[0]
        end = _end_of_question(name)
        for _ in range(rng.randint(1, 3)):
            at = rng.choice([3, 7, 9, 11, rng.randrange(end, len(packet)), rng.randrange(end, len(packet))])
            packet[at] = rng.choice([rng.randrange(256), 0xC0, 0, 1, 12, rng.randrange(12, end + 40), 63])
        if rng.random() < 0.1:
            del packet[rng.randrange(end, len(packet)) :]
        wire = bytes(packet)
        said = plain_answer(wire, name, end, "")
        if said is None:
            left += 1
            continue
        at_once += 1
        assert said == answer_of(odd.read(wire), name, case[1], "")
    assert at_once > 1000
    assert left > 1000


@pytest.mark.parametrize("wire", _some_answers(), ids=lambda w: f"{len(w)} octets")
def test_every_usual_type_is_read_without_dnspython(wire: bytes) -> None:
    message = parse(wire)

    assert message.answer
    assert ((22, "no reachable authority"),) == message.faults
    assert odd.read(wire) == message


@settings(max_examples=200, deadline=None)
@given(names)
def test_names_survive_the_way_to_the_wire_and_back(parts: list[bytes]) -> None:
    name = dns.name.Name([*parts, b""])
    text = odd.name_text(name)
    wire = name_to_wire(text)

    assert name.canonicalize().to_wire() == wire
    assert text == spelling(text, wire)


@given(st.text(max_size=300))
def test_any_text_is_a_name_or_refused(text: str) -> None:
    try:
        wire = name_to_wire(text)
    except Unusual:
        return

    assert len(wire) <= 255
    assert spelling(spelling(text, wire), wire) == spelling(text, wire)


def test_a_query_is_what_dnspython_would_read() -> None:
    tail = query_tail(question_to_wire("a\\.b.example.com", 15), dnssec=True)
    query = dns.message.from_wire(b"\x12\x34" + tail)

    assert (0x1234, 0, 1232, True) == (query.id, query.edns, query.payload, bool(query.ednsflags & 0x8000))


def test_pointers_forwards_or_in_circles_are_refused() -> None:
    head = b"\0\0\x84\0\0\0\0\1\0\0\0\0"
    record = b"\0\1\0\1\0\0\0\0\0\4\x7f\0\0\1"
    for owner in (b"\xc0\x0c", b"\xc0\x0e", b"\xc0\xff", b"\1a\xc0\x0c", b"\x40", b"\x80a"):
        assert by_ours(head + owner + record) is None


def test_thousands_of_pointers_one_behind_the_other_are_refused_and_not_followed() -> None:
    """Each points to the one before it, inside a TXT record; the owner of the next record is the last of them."""
    head = b"\0\0\x84\0\0\0\0\2\0\0\0\0"
    strings, previous = b"", 12
    for _ in range(40):
        string = b"\xff"
        for _ in range(127):
            here = 12 + 11 + len(strings) + len(string)
            string += (0xC000 | previous).to_bytes(2)
            previous = here
        strings += string + b"\0"
    texts = b"\0\0\x10\0\1\0\0\0\0" + len(strings).to_bytes(2) + strings
    record = (0xC000 | previous).to_bytes(2) + b"\0\1\0\1\0\0\0\0\0\4\x7f\0\0\1"

    with pytest.raises(Unusual, match="too many pointers"):
        parse(head + texts + record)


def test_three_hundred_texts_and_one_of_64_kb_are_read() -> None:
    query = dns.message.make_query("example.com.", "TXT")
    many = dns.message.make_response(query)
    many.answer.append(
        dns.rrset.from_text("example.com.", 1, "IN", "TXT", *[f'"{i} {"x" * 190}"' for i in range(300)])
    )
    huge = dns.message.make_response(query)
    huge.answer.append(
        dns.rrset.from_text("example.com.", 1, "IN", "TXT", " ".join(['"' + "y" * 255 + '"'] * 254))
    )

    assert 300 == len(parse(many.to_wire(max_size=65535)).answer)
    text = parse(huge.to_wire(max_size=65535)).answer[0][3]
    assert type(text) is TXT and len(text.text) == 254 * 255
