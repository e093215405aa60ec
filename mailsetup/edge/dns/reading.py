"""What a message means for the question that was asked: outcome, alias chain, times to live."""

from __future__ import annotations

from typing import Final

from mailsetup.edge.source import CHAIN_LIMIT
from mailsetup.model import retold
from mailsetup.model.dns import SOA, DnsAnswer, Outcome
from mailsetup.model.message import phrase
from mailsetup.model.names import is_within

from .wire import AUTHENTIC, AUTHORITATIVE, AVAILABLE, Message, Record, absence, presence

NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED, BADVERS = 0, 1, 2, 3, 4, 5, 16
_RCODES: Final = {
    1: "FORMERR",
    2: "SERVFAIL",
    4: "NOTIMP",
    5: "REFUSED",
    9: "NOTAUTH",
    16: "BADVERS",
    23: "BADCOOKIE",
}
_EXTENDED: Final = {
    3: phrase("stale answer"),
    6: phrase("DNSSEC bogus"),
    7: phrase("signature expired"),
    8: phrase("signature not yet valid"),
    9: phrase("DNSKEY missing"),
    10: phrase("RRSIGs missing"),
    12: phrase("NSEC missing"),
    15: phrase("blocked"),
    16: phrase("censored"),
    17: phrase("filtered"),
    18: phrase("prohibited"),
    19: phrase("stale NXDOMAIN answer"),
    20: phrase("not authoritative"),
    21: phrase("not supported"),
    22: phrase("no reachable authority"),
    23: phrase("network error"),
}
"""RFC 8914 section 4."""


SOMETHING_ELSE: Final = phrase("the response answers something else than was asked")
_OF_AUTHORITY: Final = frozenset({"NS", "SOA", "DS", "NSEC", "NSEC3", "RRSIG"})
"""Types whose place is the authority section of a response without an answer."""
_FOUND, _NO_NAME, _NO_DATA = Outcome.FOUND, Outcome.NO_NAME, Outcome.NO_DATA


def answer_of(message: Message, name: str, rdtype: str, server: str) -> DnsAnswer:
    """
    The answer in a message.

    An alias chain that leads out of the message comes back as `UNASKED` with ``aliases``: its
    last name is still to be asked. ``name`` is in the codec's spelling.
    """
    records = []
    ttl = -1
    for owner, kind, seconds, rdata in message.answer:
        if kind == rdtype and owner == name:
            records.append(rdata)
            if ttl < 0 or seconds < ttl:
                ttl = seconds
    authenticated = bool(message.flags & AUTHENTIC)
    detail = _extended(message.faults) if message.faults else ""
    if records and message.rcode == NOERROR:
        if len(records) > 1:
            records = list(dict.fromkeys(records))  # RFC 2181 section 5
        return DnsAnswer(Outcome.FOUND, tuple(records), (), ttl, authenticated, server, detail)
    if message.rcode not in (NOERROR, NXDOMAIN):
        return _failure(message.rcode, server, detail)
    aliases, end, ttl = _chain(message, name, rdtype)
    if end is None:
        return DnsAnswer(
            Outcome.SERVFAIL,
            (),
            aliases,
            None,
            False,
            server,
            phrase("alias loop or a chain that is too long"),
        )
    if aliases:
        found = [r for r in message.answer if r[0] == end and r[1] == rdtype]
        if found and message.rcode == NOERROR:
            ttl = min(ttl, *[seconds for _, _, seconds, _ in found])
            values = tuple(dict.fromkeys([rdata for _, _, _, rdata in found]))
            return DnsAnswer(Outcome.FOUND, values, aliases, ttl, authenticated, server, detail)
    return _absence(message, end, rdtype, aliases, ttl, server, detail)


def plain_answer(packet: bytes, name: str, after: int, server: str) -> DnsAnswer | None:
    """As `answer_of`, at once, for the usual response with or without records; None where there is more to read."""
    rcode = packet[3] & 15
    authenticated = packet[3] & AUTHENTIC > 0
    if packet[6:8] != b"\0\0":
        there = presence(packet, name, after) if rcode == NOERROR else None
        if there is None:
            return None
        records, seconds = there
        if len(records) > 1:
            records = list(dict.fromkeys(records))  # RFC 2181 section 5
        return DnsAnswer(_FOUND, tuple(records), (), seconds, authenticated, server)
    if rcode not in (NOERROR, NXDOMAIN):
        return None
    nothing = absence(packet, name, after)
    if nothing is None:
        return None
    zone, seconds = nothing
    outcome = _NO_NAME if rcode == NXDOMAIN else _NO_DATA
    return DnsAnswer(outcome, (), (), seconds, authenticated, server, "", zone)


def in_its_place(message: Message, answer: DnsAnswer) -> bool:
    """
    Whether a resolver speaks where a name server was asked.

    Who has a zone sets AA, who refers onwards offers no recursion of its own (RFC 1035 section 4.1.1); an answer with RA
    and without AA is what somebody remembers, as in networks that take every question to a resolver of theirs.
    """
    return (
        not answer.unknown
        and message.flags & (AUTHORITATIVE | AVAILABLE) == AVAILABLE
        and answer.detail != "referral"
    )


def _chain(message: Message, name: str, rdtype: str) -> tuple[tuple[str, ...], str | None, int]:
    """The aliases from a name on, where they end (None for a loop), their least time to live."""
    if not message.answer:
        return (), name, 0x7FFFFFFF
    targets = {r[0]: r for r in reversed(message.answer) if r[1] == "CNAME"}
    aliases: list[str] = []
    ttl = 0x7FFFFFFF
    if rdtype in ("CNAME", "ANY"):
        return (), name, ttl
    while name in targets:
        _, _, seconds, target = targets[name]
        name = str(target)
        ttl = min(ttl, seconds)
        if len(aliases) >= CHAIN_LIMIT or name in aliases:
            return tuple(aliases), None, ttl
        aliases.append(name)
    return tuple(aliases), name, ttl


def _absence(
    message: Message, end: str, rdtype: str, aliases: tuple[str, ...], ttl: int, server: str, detail: str
) -> DnsAnswer:
    authenticated = bool(message.flags & AUTHENTIC)
    zone, seconds = "", None
    for owner, _, kept, rdata in message.authority:
        if type(rdata) is SOA and is_within(end, owner):
            zone = owner
            seconds = min(kept, rdata.minimum, ttl)  # RFC 2308 section 5
            break
    if message.rcode == NOERROR and not aliases and _speaks_of_something_else(message, end, rdtype):
        return DnsAnswer(Outcome.SERVFAIL, server=server, detail=SOMETHING_ELSE)
    if seconds is not None or message.rcode == NXDOMAIN:
        outcome = Outcome.NO_NAME if message.rcode == NXDOMAIN else Outcome.NO_DATA
        return DnsAnswer(outcome, (), aliases, seconds, authenticated, server, detail, zone)
    if aliases:
        return DnsAnswer(Outcome.UNASKED, (), aliases, ttl, authenticated, server, detail)
    cut = [r for r in message.authority if r[1] == "NS" and is_within(end, r[0])]
    if cut and not message.flags & AUTHORITATIVE:
        return _referral(cut, end, rdtype, server)
    if not message.flags & (AUTHORITATIVE | AVAILABLE):
        return DnsAnswer(
            Outcome.REFUSED, server=server, detail=phrase("not authoritative for this name, nor a resolver")
        )
    return DnsAnswer(Outcome.NO_DATA, (), (), None, authenticated, server, detail)


def _speaks_of_something_else(message: Message, name: str, rdtype: str) -> bool:
    """
    Whether a response without an answer to the question proves no absence: its answer section holds other records, or
    those asked for stand in a section where they say nothing (RFC 1035 section 3.7, RFC 2308 section 2.2).
    """
    return bool(message.answer) or (
        rdtype not in _OF_AUTHORITY and any(r[0] == name and r[1] == rdtype for r in message.authority)
    )


def _referral(cut: list[Record], end: str, rdtype: str, server: str) -> DnsAnswer:
    """The parent's word on a delegation: it knows the NS at the cut, and nothing below it."""
    zone, _, ttl, _ = cut[0]
    if rdtype == "NS" and zone == end:
        names = tuple(dict.fromkeys([rdata for owner, _, _, rdata in cut if owner == zone]))
        return DnsAnswer(Outcome.FOUND, names, (), ttl, False, server, "referral", zone)
    return DnsAnswer(
        Outcome.REFUSED,
        server=server,
        detail=retold.kept(retold.REFERRAL, zone=zone) if zone else retold.REFERRAL_TO_ROOT,
        zone=zone,
    )


def _failure(rcode: int, server: str, detail: str) -> DnsAnswer:
    outcome = Outcome.REFUSED if rcode == REFUSED else Outcome.SERVFAIL
    word = _RCODES.get(rcode, retold.kept(retold.RCODE, number=rcode))
    return DnsAnswer(outcome, server=server, detail=f"{word}, {detail}" if detail else word)


def _extended(faults: tuple[tuple[int, str], ...]) -> str:
    said = []
    for code, text in faults[:4]:
        words = _EXTENDED.get(code, retold.kept(retold.EXTENDED, number=code))
        said.append(f"{words}: {text[:200]}" if text else words)
    return "; ".join(said)
