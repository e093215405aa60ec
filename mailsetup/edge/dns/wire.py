"""
DNS messages of the usual types between octets and values, strictly (RFC 1035 section 4).

Every bound is checked, a pointer only points backwards, rdata is used up exactly, and nothing
may follow the last record. What is not of a usual type, or breaks a rule, is `Unusual`: it says
nothing about who is right, only that dnspython shall decide (`odd.read`).
"""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from mailsetup.model.dns import CAA, DNSKEY, DS, MX, SOA, SRV, TLSA, TXT, Rdata
from mailsetup.model.message import phrase

NAME_OCTETS: Final = 255  # RFC 1035 section 2.3.4
LABEL_OCTETS: Final = 63  # RFC 1035 section 2.3.4
PARENTS_REMEMBERED = 1024  # names whose octets are kept: those of the domains in flight, and what they share
SPELLINGS_REMEMBERED = 4096  # runs of labels whose text is kept, such as those of name servers in every SOA
POINTER_LIMIT: Final = 16  # hops to one name; dnspython has the same limit
TTL_LIMIT: Final = 0x7FFFFFFF  # RFC 2181 section 8; above it dnspython decides
UDP_PAYLOAD: Final = 1232  # octets that cross any path unfragmented: RFC 9715 section 3.1, DNS flag day 2020

RESPONSE, AUTHORITATIVE, TRUNCATED, DESIRED, AVAILABLE, AUTHENTIC = (
    0x8000,
    0x0400,
    0x0200,
    0x0100,
    0x0080,
    0x0020,
)
OPCODE: Final = 0x7800

OPT: Final = 41
TYPES: Final = {
    "A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33,
    "DS": 43, "DNSKEY": 48, "TLSA": 52, "CAA": 257,
}  # fmt: skip
"""The types this codec reads, by mnemonic (IANA, "Resource Record (RR) TYPEs")."""

OTHER_TYPES: Final = {
    "HINFO": 13, "RP": 17, "LOC": 29, "NAPTR": 35, "DNAME": 39, "SSHFP": 44, "RRSIG": 46, "NSEC": 47,
    "NSEC3PARAM": 51, "SMIMEA": 53, "CDS": 59, "CDNSKEY": 60, "OPENPGPKEY": 61, "SVCB": 64, "HTTPS": 65,
    "SPF": 99, "ANY": 255, "URI": 256,
}  # fmt: skip
"""Types that may be asked for without importing dnspython; their records are read by it."""

_HEADER: Final = struct.Struct("!6H")
_RECORD: Final = struct.Struct("!2HIH")
_OPTION: Final = struct.Struct("!2H")
_OPT_HEAD: Final = b"\0\0\x29"  # the root's name and the type
_OPT_FIELDS: Final = struct.Struct("!HIH")
_ONE_OF_EACH = b"\0\1\0\0\0\1\0\1"  # the counts of a message: a question, no answer, one authority, one more
_ODD_PAYLOADS: Final = (b"\0\0", b"\0\1")  # no size, and what `_section` takes for class IN
_POINTED: Final = struct.Struct("!2B2HIH")  # a pointer to the owner, type, class, TTL and length
_NOTHING_MORE = b"\0" * 6  # of an OPT record: no high bits of the rcode, version 0, no flags, no options
_ADDRESSES: Final = {1: 4, 28: 16}  # octets of an A and of an AAAA record
_SOA_TIMES: Final = struct.Struct("!5I")
_SRV_HEAD: Final = struct.Struct("!3H")
_KEY_HEAD: Final = struct.Struct("!H2B")

_PLAIN: Final = bytes(c for c in range(0x21, 0x7F) if c not in b'"().;\\@$') + b"."
_LOWER_PLAIN: Final = bytes(c for c in _PLAIN if not 0x41 <= c <= 0x5A)
_TOO_LONG: Final = phrase("an empty label, or a name of more than 255 octets")
_TOO_MANY: Final = phrase("a name that is too long, or too many pointers")
_LENGTHS: Final = [bytes((size,)) for size in range(LABEL_OCTETS + 1)]
_STEPS: Final = tuple(size + 1 if 0 < size <= LABEL_OCTETS else 0 for size in range(256))
"""How far it is from a label's length to the next label; 0 for what is no label's length."""
_ESCAPED: Final = {
    c: f"\\{chr(c)}" if c in b'"().;\\@$' else chr(c) if 0x20 < c < 0x7F else f"\\{c:03d}" for c in range(256)
}
_TOKEN: Final = re.compile(rb"\\[0-9]{3}|\\?.", re.DOTALL)


Names = dict[int, tuple[str, int, int, int]]
"""Names read so far, by position: text, octets uncompressed, pointers followed, where it ends."""


Faults: TypeAlias = tuple[tuple[int, str], ...]
"""Extended errors as (code, text)."""


class Unusual(ValueError):
    """A message, name or record this codec leaves to dnspython."""


Record: TypeAlias = "tuple[str, str, int, Rdata]"
"""One resource record of class IN: owner, type, time to live in seconds, data. Plain, since there are many."""


class Message(NamedTuple):
    """
    A response. ``rcode`` has the EDNS bits (RFC 6891 section 6.1.3); ``faults`` are the extended
    errors (RFC 8914) as (code, text); ``payload`` is the server's EDNS size, 0 without EDNS.
    """

    flags: int
    rcode: int
    answer: list[Record]
    authority: list[Record]
    additional: list[Record]
    faults: Faults = ()
    payload: int = 0


def name_to_wire(name: str) -> bytes:
    """A name's octets, in lower case; raises `Unusual` for what cannot be a name (RFC 1035 section 3.1)."""
    label, _, parent = name.partition(".")
    if not (label and parent and len(label) <= LABEL_OCTETS and name.isascii()) or "\\" in name:
        return _whole_to_wire(name)
    wire = _LENGTHS[len(label)] + label.lower().encode("ascii") + _parent_to_wire(parent)
    if len(wire) > NAME_OCTETS:
        raise Unusual(_TOO_LONG)
    return wire


def _whole_to_wire(name: str) -> bytes:
    if not name:
        return b"\0"
    try:
        text = name.encode("ascii").lower()
        labels = text.split(b".") if b"\\" not in text else _unescaped(text)
        wire = b"".join([_LENGTHS[len(label)] + label for label in labels]) + b"\0"
    except UnicodeEncodeError:
        raise Unusual(phrase("not ASCII")) from None
    except ValueError:
        raise Unusual(phrase("an escape above 255")) from None
    except IndexError:
        raise Unusual(phrase("a label of more than 63 octets")) from None
    if len(wire) > NAME_OCTETS or b"" in labels:
        raise Unusual(_TOO_LONG)
    return wire


_parent_to_wire = lru_cache(PARENTS_REMEMBERED)(_whole_to_wire)  # a dozen questions stand below every domain


def spelling(name: str, wire: bytes) -> str:
    """A name as `parse` spells it, from its octets unless it is plainly spelled so already."""
    if name.isascii() and not name.encode("ascii").translate(None, _LOWER_PLAIN):
        return name
    return _read_name(b"\xff" * 12 + wire, 12, {})[0]


def _unescaped(text: bytes) -> list[bytes]:
    """The labels of a name written with escapes (RFC 1035 section 5.1)."""
    labels = [bytearray()]
    for token in _TOKEN.findall(text):
        if token == b".":
            labels.append(bytearray())
        elif len(token) == 4:
            labels[-1].append(int(token[1:]))  # over 255: ValueError
        else:
            labels[-1] += token[-1:]
    return [bytes(label).lower() for label in labels]


def question_to_wire(name: str, number: int) -> bytes:
    """The question section for a name and a type's number, class IN."""
    return name_to_wire(name) + bytes((number >> 8, number & 255, 0, 1))


def query_tail(question: bytes, *, recursive: bool = True, edns: bool = True, dnssec: bool = False) -> bytes:
    """
    A query without its two octets of id.

    The AD bit asks for the resolver's word on DNSSEC without the signatures (RFC 6840 section 5.7).
    """
    if recursive and edns and not dnssec:
        return _USUAL_HEAD + question + _USUAL_OPT
    flags = (DESIRED if recursive else 0) | AUTHENTIC
    head = struct.pack("!5H", flags, 1, 0, 0, 1 if edns else 0)
    return head + question + (_opt_record(dnssec) if edns else b"")


def _opt_record(dnssec: bool) -> bytes:
    return struct.pack("!BHHIH", 0, OPT, UDP_PAYLOAD, 0x8000 if dnssec else 0, 0)


_USUAL_HEAD: Final = struct.pack("!5H", DESIRED | AUTHENTIC, 1, 0, 0, 1)
_USUAL_OPT: Final = _opt_record(False)


def parse(wire: bytes, name: str = "", after: int = 0) -> Message:
    """
    The values in a message; raises `Unusual` when it is not plainly sound.

    Who has already compared the question section gives its ``name`` and where it ends (``after``),
    so that it need not be read again.
    """
    try:
        return _parse(wire, name, after)
    except (IndexError, struct.error, ValueError) as fault:
        raise Unusual(str(fault)) from None


def _parse(wire: bytes, name: str, after: int) -> Message:
    _, flags, questions, answers, authorities, additionals = _HEADER.unpack_from(wire)
    names: Names = {}
    position = 12
    if after:
        names[12] = (name, after - 16, 0, after - 4)
        position = after
    else:
        for _ in range(questions):
            _, position = _name(wire, position, names)
            if wire[position + 2 : position + 4] != b"\0\1":
                raise Unusual(phrase("the question is not of class IN"))
            position += 4
    if flags & OPCODE:
        raise Unusual(phrase("not a query's response"))
    answer: list[Record] = []
    authority: list[Record] = []
    additional: list[Record] = []
    if answers:
        position = _section(wire, position, answers, names, answer)
    if authorities:
        position = _section(wire, position, authorities, names, authority)
    if additionals == 1 and len(wire) == position + 11 and wire[position : position + 3] == _OPT_HEAD:
        payload, extended, length = _OPT_FIELDS.unpack_from(wire, position + 3)
        if payload != 1 and not length:  # as nearly every message ends
            rcode = flags & 15 | extended >> 24 << 4
            return Message(flags, rcode, answer, authority, additional, (), payload or 512)
    options: list[tuple[int, int, Faults]] = []
    if additionals:
        position = _section(wire, position, additionals, names, additional, options)
    if position != len(wire):
        raise Unusual(phrase("octets after the last record"))
    if not options:
        return Message(flags, flags & 15, answer, authority, additional)
    payload, high, faults = options[0]
    return Message(flags, flags & 15 | high << 4, answer, authority, additional, faults, payload)


def absence(wire: bytes, name: str, after: int) -> tuple[str, int] | None:
    """
    The zone and the negative TTL in seconds of a response that holds one SOA record and a plain OPT, as most do that
    say "nothing here" (RFC 2308 sections 2 and 5); None for any other, which `parse` reads. ``name`` and ``after`` as there.

    The record is checked as strictly, but no text is made of what nobody asks for.
    """
    stop = len(wire) - 11
    if (
        wire[4:12] != _ONE_OF_EACH
        or "\\" in name
        or not (wire.endswith(_NOTHING_MORE) and wire.startswith(_OPT_HEAD, stop))
    ):
        return None
    try:
        above, number, klass, kept, length, first = _of_the_zone(wire, after, name)
        if above < 0 or first + length != stop or number != 6 or klass != 1 or kept > TTL_LIMIT:
            return None
        room = NAME_OCTETS - len(name) - 2
        middle = _past_name(wire, first, name, first, room)
        if not middle or _past_name(wire, middle, name, first, room - (middle - first)) != stop - 20:
            return None
    except (IndexError, struct.error):
        return None
    truncated = wire[2] & 2
    if truncated or wire[stop + 3 : stop + 5] in _ODD_PAYLOADS:
        return None
    minimum = int.from_bytes(wire[stop - 4 : stop], "big")
    return name[above:], kept if kept < minimum else minimum


def presence(wire: bytes, name: str, after: int) -> tuple[list[Rdata], int] | None:
    """
    The data and the least TTL in seconds of a response that holds records of the type asked for at the very name, besides
    them name servers, addresses of hosts named there and a plain OPT at most, as most do that have an answer; None for any
    other, which `parse` reads.

    Everything is checked as strictly, but nothing is made of name servers and addresses, for which nobody asks here.
    """
    stop = len(wire) - 11
    if wire[4:6] != b"\0\1" or wire[2] & 2 or "\\" in name:
        return None
    if not (wire.endswith(_NOTHING_MORE) and wire.startswith(_OPT_HEAD, stop)):
        return None
    asked = wire[after - 4] << 8 | wire[after - 3]
    if asked not in _READERS or wire[stop + 3 : stop + 5] in _ODD_PAYLOADS:
        return None
    _, reader = _READERS[asked]
    names: Names = {12: (name, after - 16, 0, after - 4)}
    records: list[Rdata] = []
    servers: set[int] = set()  # where their names stand
    least, position, first = TTL_LIMIT, after, 0
    hosts = 1  # records of the last section, with the OPT
    room = NAME_OCTETS - len(name) - 2
    try:
        for _ in range(wire[6] << 8 | wire[7]):
            pointer, above, number, klass, kept, length = _POINTED.unpack_from(wire, position)
            if pointer != 0xC0 or above != 12 or number != asked or klass != 1 or kept > TTL_LIMIT:
                return None
            position += 12
            records.append(reader(wire, position, position + length, names))
            position += length
            if kept < least:
                least = kept
        for _ in range(wire[8] << 8 | wire[9]):
            above, number, klass, kept, length, position = _of_the_zone(wire, position, name)
            if above < 0 or number != 2 or klass != 1 or kept > TTL_LIMIT:
                return None
            if _past_name(wire, position, name, first or position, room) != position + length:
                return None
            if not first:
                first = position
                room -= length
            servers.add(position)
            position += length
        while position < stop:
            pointer, low, number, klass, kept, length = _POINTED.unpack_from(wire, position)
            host = (pointer & 0x3F) << 8 | low
            known = names.get(host)
            if pointer < 0xC0 or (host not in servers if known is None else known[2] >= POINTER_LIMIT):
                return None
            if length != _ADDRESSES.get(number) or klass != 1 or kept > TTL_LIMIT:
                return None
            position += 12 + length
            hosts += 1
    except (IndexError, struct.error, ValueError):
        return None
    return (records, least) if records and position == stop and hosts == wire[10] << 8 | wire[11] else None


def _of_the_zone(wire: bytes, position: int, name: str) -> tuple[int, int, int, int, int, int]:
    """
    A record whose owner is ``name``, the question's at 12, or above it: where in ``name`` the owner begins (its end for
    the root, -1 for any other owner), then type, class, TTL, length, and where the data begins.
    """
    if not wire[position]:
        return len(name), *_RECORD.unpack_from(wire, position + 1), position + 11
    pointer, above, number, klass, kept, length = _POINTED.unpack_from(wire, position)
    above -= 12
    if pointer != 0xC0 or not 0 <= above < len(name) or (above and name[above - 1] != "."):
        above = -1
    return above, number, klass, kept, length, position + 12


def _past_name(wire: bytes, start: int, name: str, first: int, room: int) -> int:
    """
    Where a name ends that is plainly sound, else 0. It may point to the question's ``name``, at 12, or to one that begins
    at ``first``; ``room`` are the octets it may have besides.
    """
    position = start
    while step := _STEPS[wire[position]]:
        position += step
    if position - start > room:
        return 0
    kind = wire[position]
    if kind == 0:
        return position + 1
    target = (kind & 0x3F) << 8 | wire[position + 1]
    above = target - 12
    if above < len(name):
        sound = kind >= 0xC0 and above >= 0 and (above == 0 or name[above - 1] == ".")
    else:
        sound = kind >= 0xC0 and target < start
        while first < target and sound:
            step = _STEPS[wire[first]]
            first += step
            sound = step > 0
        sound = sound and first == target and _STEPS[wire[target]] > 0
    return position + 2 if sound else 0


def _section(
    wire: bytes,
    position: int,
    count: int,
    names: Names,
    into: list[Record],
    options: list[tuple[int, int, Faults]] | None = None,
) -> int:
    """Reads a section's records and returns where it ends; only the last section may hold an OPT record."""
    end = len(wire)
    for _ in range(count):
        first = wire[position]
        known = names.get(wire[position + 1]) if first == 0xC0 else None
        if known is not None and known[2] < POINTER_LIMIT:  # every name read so far ends before here
            owner = known[0]
            position += 2
        elif first == 0:
            owner = ""
            position += 1
        else:
            owner, position = _name(wire, position, names)
        number, klass, ttl, length = _RECORD.unpack_from(wire, position)
        position += 10
        stop = position + length
        if stop > end:
            raise Unusual(phrase("a record is cut short"))
        if klass != 1 or ttl > TTL_LIMIT:
            if number != OPT or options is None or options or owner:
                raise Unusual(phrase("a record not of class IN, or with a wild TTL"))
            options.append((klass or 512, ttl >> 24, _extended_errors(wire, position, stop)))
        else:
            rdtype, reader = _READERS[number]
            into.append((owner, rdtype, ttl, reader(wire, position, stop, names)))
        position = stop
    return position


def _name(wire: bytes, position: int, names: Names) -> tuple[str, int]:
    """The name at a position, in lower case and escapes, and the position after it."""
    known = names.get(position) or _read_name(wire, position, names)
    return known[0], known[3]


def _read_name(wire: bytes, start: int, names: Names, followed: int = 0) -> tuple[str, int, int, int]:
    """
    What is remembered of a name for itself and for those who point to it, after ``followed`` pointers to it.

    A pointer leads to a name that ends before the one that points begins.
    """
    position = start
    while step := _STEPS[wire[position]]:
        position += step
    length = wire[position]
    octets = position - start
    if octets >= NAME_OCTETS:
        raise Unusual(_TOO_LONG)
    text = _spelled(wire[start:position]) if octets else ""
    if length == 0:
        octets += 1
        hops = 0
        position += 1
    elif length < 0xC0:
        raise Unusual(phrase("an unknown kind of label"))
    else:
        target = (length & 0x3F) << 8 | wire[position + 1]
        if target >= start or target < 12:
            raise Unusual(phrase("a pointer that does not point backwards"))
        if followed >= POINTER_LIMIT:
            raise Unusual(_TOO_MANY)
        rest, more, hops, after = names.get(target) or _read_name(wire, target, names, followed + 1)
        if after > start:
            raise Unusual(phrase("a pointer into itself"))
        if rest:
            text = f"{text}.{rest}" if text else rest
        octets += more
        hops += 1
        position += 2
    if octets > NAME_OCTETS or hops > POINTER_LIMIT:
        raise Unusual(_TOO_MANY)
    entry = names[start] = (text, octets, hops, position)
    return entry


@lru_cache(SPELLINGS_REMEMBERED)
def _spelled(octets: bytes) -> str:
    """Labels as they stand in a message, each behind its length, as text."""
    labels = []
    at = 0
    while at < len(octets):
        after = at + 1 + octets[at]
        labels.append(octets[at + 1 : after])
        at = after
    joined = b".".join(labels).lower()
    if not joined.translate(None, _PLAIN) and joined.count(b".") == len(labels) - 1:
        return joined.decode("ascii")
    return ".".join(["".join([_ESCAPED[c] for c in label.lower()]) for label in labels])


def _extended_errors(wire: bytes, position: int, stop: int) -> Faults:
    """The extended errors among the options of an OPT record (RFC 6891 section 6.1.2, RFC 8914)."""
    faults = []
    while position < stop:
        code, size = _OPTION.unpack_from(wire, position)
        position += 4
        if position + size > stop:
            raise Unusual(phrase("an EDNS option is cut short"))
        if code == 15:  # RFC 8914 section 2
            if size < 2:
                raise Unusual(phrase("an extended error without its code"))
            text = wire[position + 2 : position + size].decode("utf-8")
            faults.append((wire[position] << 8 | wire[position + 1], text.removesuffix("\0")))
        elif code in _CHECKED_OPTIONS:
            raise Unusual(phrase("an EDNS option with a form of its own"))
        position += size
    return tuple(faults)


_CHECKED_OPTIONS = frozenset({3, 8, 10, 18})  # NSID, ECS, COOKIE, REPORTCHANNEL: dnspython reads into them


def _a(wire: bytes, position: int, stop: int, _: object) -> str:
    if stop - position != 4:
        raise Unusual(phrase("an A record is not four octets"))
    return socket.inet_ntoa(wire[position:stop])


def _aaaa(wire: bytes, position: int, stop: int, _: object) -> str:
    if stop - position != 16:
        raise Unusual(phrase("an AAAA record is not sixteen octets"))
    return address6(wire[position:stop])


def address6(octets: bytes) -> str:
    """An IPv6 address as RFC 5952 writes it, the same on every system."""
    if octets[:10] == b"\0" * 10:  # systems differ on ::192.0.2.1 and ::ffff:192.0.2.1
        from dns.ipv6 import inet_ntoa

        return inet_ntoa(octets)
    return socket.inet_ntop(socket.AF_INET6, octets)


def _target(wire: bytes, position: int, stop: int, names: Names) -> str:
    name, after = _name(wire, position, names)
    if after != stop:
        raise Unusual(phrase("rdata is not used up"))
    return name


def _mx(wire: bytes, position: int, stop: int, names: Names) -> MX:
    exchange, after = _name(wire, position + 2, names)
    if after != stop:
        raise Unusual(phrase("rdata is not used up"))
    return MX(wire[position] << 8 | wire[position + 1], exchange)


def _txt(wire: bytes, position: int, stop: int, _: object) -> TXT:
    size = wire[position]
    if size == stop - position - 1:
        return TXT((wire[position + 1 : stop],))
    chunks = []
    while position < stop:
        size = wire[position] + 1
        chunks.append(wire[position + 1 : position + size])
        position += size
    if position != stop or not chunks:
        raise Unusual(phrase("character-strings do not fill the rdata"))
    return TXT(tuple(chunks))


def _soa(wire: bytes, position: int, stop: int, names: Names) -> SOA:
    mname, position = _name(wire, position, names)
    rname, position = _name(wire, position, names)
    if stop - position != 20:
        raise Unusual(phrase("rdata is not used up"))
    return SOA(mname, rname, *_SOA_TIMES.unpack_from(wire, position))


def _srv(wire: bytes, position: int, stop: int, names: Names) -> SRV:
    priority, weight, port = _SRV_HEAD.unpack_from(wire, position)
    return SRV(priority, weight, port, _target(wire, position + 6, stop, names))


def _caa(wire: bytes, position: int, stop: int, _: object) -> CAA:
    middle = position + 2 + wire[position + 1]
    tag = wire[position + 2 : middle]
    if middle > stop or not tag.isalnum():  # RFC 8659 section 4.1
        raise Unusual(phrase("the tag of a CAA record"))
    return CAA(wire[position], tag.decode("ascii"), wire[middle:stop])


def _tlsa(wire: bytes, position: int, stop: int, _: object) -> TLSA:
    if stop - position < 3:
        raise Unusual(phrase("a TLSA record is cut short"))
    return TLSA(wire[position], wire[position + 1], wire[position + 2], wire[position + 3 : stop])


def _ds(wire: bytes, position: int, stop: int, _: object) -> DS:
    if stop - position < 4:
        raise Unusual(phrase("a DS record is cut short"))
    tag, algorithm, kind = _KEY_HEAD.unpack_from(wire, position)
    return DS(tag, algorithm, kind, wire[position + 4 : stop])


def _dnskey(wire: bytes, position: int, stop: int, _: object) -> DNSKEY:
    if stop - position < 4:
        raise Unusual(phrase("a DNSKEY record is cut short"))
    flags, protocol, algorithm = _KEY_HEAD.unpack_from(wire, position)
    return DNSKEY(flags, protocol, algorithm, wire[position + 4 : stop])


def _foreign(wire: bytes, position: int, stop: int, _: object) -> Rdata:
    raise Unusual(phrase("a type of record this codec does not read"))


class _Readers(dict[int, "tuple[str, Callable[..., Rdata]]"]):
    def __missing__(self, number: int) -> tuple[str, Callable[..., Rdata]]:
        return "", _foreign


_READERS: Final = _Readers(
    {
        TYPES[mnemonic]: (mnemonic, reader)
        for mnemonic, reader in (
            ("A", _a), ("NS", _target), ("CNAME", _target), ("SOA", _soa), ("PTR", _target), ("MX", _mx),
            ("TXT", _txt), ("AAAA", _aaaa), ("SRV", _srv), ("DS", _ds), ("DNSKEY", _dnskey), ("TLSA", _tlsa),
            ("CAA", _caa),
        )
    }
)  # fmt: skip
