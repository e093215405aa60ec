"""The zone a domain lives in, its name servers and where those are (RFC 1034 section 4.2)."""

from __future__ import annotations

from typing import Final, NamedTuple

from mailsetup.grammar.public_suffix import is_public_suffix, organizational_domain
from mailsetup.model.dns import DnsAnswer, DnsQuestion, dns_question
from mailsetup.model.names import is_within
from mailsetup.model.walk import Walk, ask, ask_one, together

from .addresses import Host, hosts
from .existence import Existence, Standing, existence

__all__ = [
    "NAME_SERVER_LIMIT",
    "Authoritative",
    "ByStream",
    "Delegation",
    "NameServers",
    "ServerView",
    "authoritative",
    "authoritative_by_stream",
    "delegation",
    "name_servers",
]

NAME_SERVER_LIMIT: Final = 13  # as many as fit beside their addresses into 512 octets (RFC 9609 section 1)
DIRECT_LIMIT: Final = 6  # ours: servers asked one by one
BY_STREAM: Final = "tcp://"  # how `DnsQuestion.server` says that TCP is to be used from the start


class Delegation(NamedTuple):
    """
    ``servers`` are the zone's NS hosts, sorted, as the zone itself names them.

    ``zone`` is ``""`` while nobody could say. ``answer`` belongs to ``question``, the NS
    question whose records ``servers`` are.
    """

    existence: Existence
    zone: str
    servers: tuple[str, ...]
    question: DnsQuestion
    answer: DnsAnswer


def delegation(domain: str) -> Walk[Delegation]:
    """
    The zone a domain lives in and its name servers: one round at an apex, two below it.

    Below an apex the zone is the one that signed the negative answer with its SOA (RFC 2308
    section 3); where no answer says, the organizational domain.
    """
    there = yield from existence(domain)
    if there.standing is Standing.APEX:
        return Delegation(there, domain, _hosts_of(there.answer), there.question, there.answer)
    zone = there.zone or organizational_domain(domain) or ""
    if zone in ("", domain) or not is_within(domain, zone) or is_public_suffix(zone):
        return Delegation(there, there.zone, (), there.question, there.answer)
    answer = yield from ask_one(zone, "NS")
    return Delegation(there, zone, _hosts_of(answer), dns_question(zone, "NS"), answer)


def _hosts_of(answer: DnsAnswer) -> tuple[str, ...]:
    if answer.aliases:
        return ()
    return tuple(sorted({r for r in answer.records if isinstance(r, str)}))


class NameServers(NamedTuple):
    """
    ``hosts`` are the name servers of the zone with their addresses, at most `NAME_SERVER_LIMIT`.

    ``sound`` says that everything is known and every one of several servers has a public address.
    """

    delegation: Delegation
    hosts: tuple[Host, ...]
    sound: bool = False


def name_servers(domain: str) -> Walk[NameServers]:
    """The name servers of the zone a domain lives in, and where they are."""
    found = yield from delegation(domain)
    there = yield from hosts([s for s in found.servers if s][:NAME_SERVER_LIMIT])
    sound = len(there) == len(found.servers) > 1 and all(host.sound for host in there)
    return NameServers(found, there, sound)


class ServerView(NamedTuple):
    """What one authoritative server said, in the order of `Authoritative.asked`; ``server`` as questions name it."""

    host: str
    address: str
    server: str
    answers: tuple[DnsAnswer, ...]


class Authoritative(NamedTuple):
    """
    What each authoritative server says, beside what the resolver said.

    ``asked`` are (name, type) pairs; ``resolver`` and every view's ``answers`` follow their order.
    """

    zone: str
    asked: tuple[tuple[str, str], ...]
    resolver: tuple[DnsAnswer, ...]
    servers: tuple[ServerView, ...]


def authoritative(domain: str) -> Walk[Authoritative]:
    """
    The mail records of a domain as each of its name servers gives them, asked directly.

    At most `DIRECT_LIMIT` servers, one address each, IPv4 where there is one since not every
    asker has IPv6.
    """
    asked = (
        (domain, "MX"),
        (domain, "TXT"),
        (f"_dmarc.{domain}", "TXT"),
        (domain, "SOA"),
    )
    found, *rest = yield from together(
        name_servers(domain), *(ask_one(name, rdtype) for name, rdtype in asked)
    )
    chosen = [(h.name, h.addresses[0]) for h in found.hosts if h.addresses][:DIRECT_LIMIT]
    batch = tuple(
        dns_question(name, rdtype, _server(address)) for _, address in chosen for name, rdtype in asked
    )
    answers = (yield batch) if batch else {}
    said = [answers[q] for q in batch]
    views = tuple(
        ServerView(host, address, _server(address), tuple(said[i * len(asked) : (i + 1) * len(asked)]))  # type: ignore[arg-type]
        for i, (host, address) in enumerate(chosen)
    )
    return Authoritative(found.delegation.zone, asked, tuple(rest), views)


class ByStream(NamedTuple):
    """One authoritative server asked the same over UDP and over TCP."""

    host: str
    address: str
    over_udp: DnsAnswer
    over_tcp: DnsAnswer
    question: DnsQuestion


def authoritative_by_stream(domain: str) -> Walk[tuple[ByStream, ...]]:
    """What each of the servers that `authoritative` asks says over TCP; UDP beside it is the control."""
    found = yield from name_servers(domain)
    chosen = [(h.name, h.addresses[0]) for h in found.hosts if h.addresses][:DIRECT_LIMIT]
    pairs = [
        (dns_question(domain, "SOA", _server(a)), dns_question(domain, "SOA", BY_STREAM + _server(a)))
        for _, a in chosen
    ]
    said = yield from ask(*(q for pair in pairs for q in pair))
    return tuple(
        ByStream(host, address, said[2 * i], said[2 * i + 1], pairs[i][1])
        for i, (host, address) in enumerate(chosen)
    )


def _server(address: str) -> str:
    """An address as `DnsQuestion.server` writes it."""
    return f"[{address}]:53" if ":" in address else address
