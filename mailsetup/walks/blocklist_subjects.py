"""
What of a domain can be on a list: its name, its mail hosts, the addresses it sends from, its name servers.

Sending addresses come from the SPF record, own terms first, single addresses and small
networks only: a network of a large provider is not the domain's, and asking for each of its
addresses would be abuse of the lists.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from mailsetup.grammar.public_suffix import is_public_suffix, organizational_domain
from mailsetup.model.blocklist import Kind
from mailsetup.model.dns import Outcome, dns_question
from mailsetup.model.finding import Evidence
from mailsetup.model.records import Mechanism
from mailsetup.model.walk import Walk, together

from .blocklist_names import kind_of_address
from .delegation import NAME_SERVER_LIMIT, delegation
from .mx_hosts import mx_hosts
from .spf_tree import SpfTree, spf_tree

__all__ = ["Role", "Subject", "Subjects", "address_subject", "blocklist_subjects", "mail_address_subjects"]

SENDING_BUDGET = 20  # ours: addresses of the SPF record that are asked for
SMALL_NETWORK = 8  # ours: addresses of a network that is taken apart, a /29
MX_ADDRESS_LIMIT = 12  # ours: addresses of mail hosts


_NOBODYS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.168.0.0/16", "::/127", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip
# RFC 6890: addresses that are in use in many places at once, of which no list can say anything


class Role(StrEnum):
    """How something belongs to what the user asked for."""

    GIVEN = "given"
    MX = "mx"
    SENDING = "spf"
    NAME_SERVER = "ns"


class Subject(NamedTuple):
    """Something that can be listed; ``via`` is the host or the record that names it."""

    kind: Kind
    value: str
    role: Role = Role.GIVEN
    via: str = ""


class Subjects(NamedTuple):
    """
    What is asked for about one target.

    ``left_out`` counts networks and addresses beyond the budget; ``unanswered`` are the questions whose
    missing answers may hide more.
    """

    subjects: tuple[Subject, ...]
    left_out: int = 0
    unanswered: tuple[Evidence, ...] = ()

    @property
    def unknown(self) -> tuple[str, ...]:
        """The unanswered questions as ``name TYPE``."""
        return tuple(dict.fromkeys(" ".join(map(str, one.question[:2])) for one in self.unanswered))


def address_subject(value: str) -> Subject | None:
    """An address as a subject; None for what is none."""
    kind = kind_of_address(value)
    return None if kind is None else Subject(kind, str(ipaddress.ip_address(value)))


def mail_address_subjects(address: str) -> Subjects:
    """A mail address, asked for by its hash, and the domain it is at."""
    host = address.rpartition("@")[2]
    return Subjects((Subject(Kind.EMAIL_HASH, address), Subject(Kind.DOMAIN, host, via=address)))


def blocklist_subjects(domain: str) -> Walk[Subjects]:
    """Everything of a domain that is asked for, each once, the domain itself first."""
    mx, tree, delegated = yield from together(mx_hosts(domain), spf_tree(domain), delegation(domain))
    found: dict[tuple[Kind, str], Subject] = {(Kind.DOMAIN, domain): Subject(Kind.DOMAIN, domain)}
    there = (*mx.hosts, *((mx.implicit,) if mx.implicit is not None else ()))
    for host in there:
        name = organizational_domain(host.name)
        if name and not is_public_suffix(name):
            _add(found, Subject(Kind.DOMAIN, name, Role.MX, host.name))
    at_hosts = [(address, host.name) for host in there for address in host.addresses]
    left_out = _add_addresses(found, at_hosts, Role.MX, MX_ADDRESS_LIMIT)
    sending, too_large = _sending(tree)
    left_out += too_large + _add_addresses(found, sending, Role.SENDING, SENDING_BUDGET)
    for server in delegated.servers[:NAME_SERVER_LIMIT]:
        if server:
            _add(found, Subject(Kind.NAME_SERVER, server, Role.NAME_SERVER, server))
    asked = [(dns_question(domain, "MX"), mx.mx.answer)]
    asked += [(n.trail[-1], n.published.answer) for n in tree.nodes if n.published is not None]
    asked += [pair for host in there for pair in zip(host.questions, (host.ipv4, host.ipv6), strict=True)]
    open_ = [Evidence(q, a) for q, a in asked if a.unknown and a.outcome is not Outcome.UNASKED]
    return Subjects(tuple(found.values()), left_out, tuple(dict.fromkeys(open_)))


def _add(found: dict[tuple[Kind, str], Subject], subject: Subject) -> None:
    found.setdefault((subject.kind, subject.value), subject)


def _add_addresses(
    found: dict[tuple[Kind, str], Subject], addresses: Iterable[tuple[str, str]], role: Role, budget: int
) -> int:
    """Adds public addresses within a budget; how many were left out."""
    left_out = 0
    for address, via in addresses:
        subject = address_subject(address)
        if subject is None or _is_nobodys(address):
            continue
        if (subject.kind, subject.value) in found:
            continue
        if budget <= 0:
            left_out += 1
            continue
        budget -= 1
        _add(found, Subject(subject.kind, subject.value, role, via))
    return left_out


def _is_nobodys(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    return any(ip in network for network in _NOBODYS if network.version == ip.version)


def _sending(tree: SpfTree) -> tuple[list[tuple[str, str]], int]:
    """The single addresses that SPF lets send, with the record that names them, and how many networks are too large."""
    found: list[tuple[str, str]] = []
    too_large = 0
    for node in _by_level(tree):
        for term in node.record.terms if node.record is not None else ():
            if isinstance(term, Mechanism) and term.qualifier == "+" and term.name in ("ip4", "ip6"):
                addresses = _taken_apart(term)
                too_large += not addresses
                found.extend((address, node.name) for address in addresses)
        for looked in node.terms:
            single = isinstance(looked.term, Mechanism) and looked.term.qualifier == "+"
            if single and looked.term.name in ("a", "mx"):
                for host in looked.hosts:
                    for answer in (host.v4, host.v6):
                        records = answer.records if answer is not None else ()
                        found.extend((r, node.name) for r in records if isinstance(r, str))
    return found, too_large


def _by_level(tree: SpfTree) -> Iterator[SpfTree]:
    level = [tree]
    while level:
        yield from level
        level = [child for node in level for child in node.children]


def _taken_apart(term: Mechanism) -> tuple[str, ...]:
    """The addresses of an ip4 or ip6 term; none for a network that is too large, or cannot be read."""
    prefix = term.prefix4 if term.name == "ip4" else term.prefix6
    try:
        written = term.argument if prefix is None else f"{term.argument}/{prefix}"
        network = ipaddress.ip_network(written, strict=False)
    except ValueError:
        return ()
    if network.num_addresses > SMALL_NETWORK:
        return ()
    return tuple(str(network[i]) for i in range(network.num_addresses))
