"""The addresses of hosts, and what kind of place an address is in (RFC 6890)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from mailsetup.grammar.spf import is_address4
from mailsetup.model.dns import DnsAnswer, DnsQuestion, dns_question
from mailsetup.model.walk import Walk, ask, ask_one

__all__ = [
    "Host",
    "hosts",
    "is_address_literal",
    "is_local_name",
    "is_loopback",
    "is_private",
    "is_public",
    "networks",
    "one_address_answer",
]

PUBLIC: Final = (False, True)
SPECIAL_OCTETS: Final = frozenset({0, 10, 100, 127, 169, 172, 192, 198, 203, *range(224, 256)})
"""First octets below which IPv4 space is not all reachable (IANA, "IPv4 Special-Purpose Address Registry", RFC 6890)."""
PLAIN_OCTETS: Final = frozenset(str(octet) for octet in range(256) if octet not in SPECIAL_OCTETS)
SPECIAL_GROUPS: Final = frozenset({"2001", "2002", "3fff"})
"""First groups within 2000::/3 below which not all is reachable (IANA, "IPv6 Special-Purpose Address Registry")."""

V4_NETWORK_BITS: Final = 24  # what one site is usually given; RFC 2182 section 3.1 asks for different places
V6_NETWORK_BITS: Final = 48  # RFC 6177 section 2: the most one site is usually given


class Host(NamedTuple):
    """A host name and what its two address questions brought."""

    name: str
    ipv4: DnsAnswer
    ipv6: DnsAnswer

    @property
    def questions(self) -> tuple[DnsQuestion, DnsQuestion]:
        """The two questions asked."""
        return dns_question(self.name, "A"), dns_question(self.name, "AAAA")

    @property
    def addresses(self) -> tuple[str, ...]:
        """All addresses, IPv4 first."""
        return tuple(r for r in (*self.ipv4.records, *self.ipv6.records) if isinstance(r, str))

    @property
    def aliases(self) -> tuple[str, ...]:
        """The CNAME chain at the name, from whichever answer showed it."""
        return self.ipv4.aliases or self.ipv6.aliases

    @property
    def sound(self) -> bool:
        """Whether both answers are known, and show a name of its own with public addresses."""
        return (
            not (self.ipv4.unknown or self.ipv6.unknown or self.ipv4.aliases or self.ipv6.aliases)
            and bool(self.ipv4.records or self.ipv6.records)
            and all(map(is_public, self.addresses))
        )

    @property
    def unresolved(self) -> bool:
        """Whether it is known that the host has no address."""
        return self.ipv4.absent and self.ipv6.absent


def hosts(names: Iterable[str]) -> Walk[tuple[Host, ...]]:
    """Both kinds of addresses of some hosts, in one round."""
    wanted = tuple(dict.fromkeys(names))
    if not wanted:
        return ()
    answers = yield from ask(*(dns_question(name, rdtype) for name in wanted for rdtype in ("A", "AAAA")))
    return tuple(Host(name, answers[2 * i], answers[2 * i + 1]) for i, name in enumerate(wanted))


def one_address_answer(host: str, rdtype: str) -> Walk[DnsAnswer]:
    """One of a host's two address answers, so that a verdict can rest on that one alone."""
    return (yield from ask_one(host, rdtype))


def is_address_literal(name: str) -> bool:
    """Whether a host name is really an IP address: no top-level domain is all digits (RFC 3696 section 2)."""
    last = name.rpartition(".")[2]
    return last.isdigit() or ":" in name or (name.startswith("[") and name.endswith("]"))


def is_local_name(name: str) -> bool:
    """Whether a name means the asking machine itself (RFC 6761 section 6.3)."""
    return (
        name in ("localhost", "localhost.localdomain", "localdomain")
        or name.endswith((".localhost", ".localdomain"))
        or name.startswith("localhost.")
    )


def is_public(address: str) -> bool:
    """Whether an address can be reached over the Internet, or is none at all."""
    return _place(address) == PUBLIC


def is_loopback(address: str) -> bool:
    """Whether an address is the asking machine itself, or nowhere (127.0.0.0/8, ::1, 0.0.0.0, ::)."""
    return _place(address)[0]


def is_private(address: str) -> bool:
    """Whether an address cannot be reached over the Internet: private, shared, documentation, reserved space."""
    loopback, reachable = _place(address)
    return not (loopback or reachable)


def _place(address: str) -> tuple[bool, bool]:
    """Whether it is loopback, and whether it can be reached from everywhere; text that is no address is nobody's."""
    if address.partition(".")[0] in PLAIN_OCTETS:
        return PUBLIC
    if address[:1] in ("2", "3") and address[4:5] == ":" and address[:4].lower() not in SPECIAL_GROUPS:
        return PUBLIC  # of 2000::/3
    return _place_read(address)


@lru_cache(maxsize=4096)
def _place_read(address: str) -> tuple[bool, bool]:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return PUBLIC
    if isinstance(ip, ipaddress.IPv6Address):
        mapped = ip.ipv4_mapped
        if mapped is not None:
            return _place(str(mapped))
    return ip.is_loopback or ip.is_unspecified, ip.is_global and not ip.is_multicast


def networks(addresses: Iterable[str]) -> tuple[str, ...]:
    """The networks that addresses stand in (/24 for IPv4, /48 for IPv6), each once, sorted."""
    return tuple(sorted({network for network in map(_network, addresses) if network}))


@lru_cache(maxsize=4096)
def _network(address: str) -> str:
    if is_address4(address):
        return f"{address.rpartition('.')[0]}.0/{V4_NETWORK_BITS}"
    try:
        ip = ipaddress.IPv6Address(address)
    except ValueError:
        return ""
    host_bits = ip.max_prefixlen - V6_NETWORK_BITS
    return f"{type(ip)(int(ip) >> host_bits << host_bits)}/{V6_NETWORK_BITS}"
