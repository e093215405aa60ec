"""
Reverse names of mail addresses, and whether they lead back (RFC 8601 section 3, ``iprev``).

Two kinds: addresses the domain says it sends from (given by the user, or single addresses in its
own SPF record), and addresses of its mail hosts, which may only take mail.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import NamedTuple

from mailsetup.model.dns import DnsAnswer, DnsQuestion, dns_question
from mailsetup.model.names import NAME_LIMIT
from mailsetup.model.walk import Walk, ask, needs

from .addresses import Host, hosts, is_loopback, is_private
from .mx_hosts import mx_hosts
from .spf_record import spf_record

__all__ = ["Reverse", "mx_reverse", "reverse_name", "sending_reverse"]

GIVEN_LIMIT = 50  # addresses given by the user
SPF_LIMIT = 10  # single addresses of the SPF record
MX_LIMIT = 10  # addresses of mail hosts
NAMES_LIMIT = 10  # PTR names looked at for one address, RFC 7208 section 4.6.4


class Reverse(NamedTuple):
    """
    One address: what PTR brought, and the addresses of the names it gave.

    ``given`` says that the user named the address; ``host`` is the mail host it belongs to, if one.
    """

    address: str
    question: DnsQuestion
    answer: DnsAnswer
    names: tuple[Host, ...] = ()
    given: bool = False
    host: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """All PTR names."""
        return tuple(r for r in self.answer.records if isinstance(r, str))

    @property
    def confirmed(self) -> tuple[str, ...]:
        """The names that lead back to the address."""
        return tuple(host.name for host in self.names if self.address in map(canonical, host.addresses))

    @property
    def places(self) -> tuple[DnsQuestion, ...]:
        """The PTR question and the address questions of one family that decide whether it leads back."""
        family = 1 if ":" in self.address else 0
        return (self.question, *(host.questions[family] for host in self.names))


def canonical(address: str) -> str:
    """An address in its one spelling; what is none stays as it is."""
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return address


def reverse_name(address: str) -> str:
    """The name PTR records of an address stand at (RFC 1035 section 3.5, RFC 3596 section 2.5)."""
    return ipaddress.ip_address(address).reverse_pointer


@needs("sending_addresses")
def sending_reverse(domain: str, given: tuple[str, ...] = ()) -> Walk[tuple[Reverse, ...]]:
    """The addresses a domain sends from, as far as they are given or stand singly in its SPF record."""
    spf = yield from spf_record(domain)
    wanted = {address: True for address in _public(given, GIVEN_LIMIT)}
    terms = spf.record.terms if spf.record is not None else ()
    single = [
        m.argument
        for m in terms
        if m.name in ("ip4", "ip6") and (getattr(m, "prefix4", None) in (None, 32))
        and (getattr(m, "prefix6", None) in (None, 128)) and getattr(m, "qualifier", "") == "+"
    ]  # fmt: skip
    for address in _public(single, SPF_LIMIT):
        wanted.setdefault(address, False)
    return (yield from _reverse([(address, given, "") for address, given in wanted.items()]))


def mx_reverse(domain: str) -> Walk[tuple[Reverse, ...]]:
    """The addresses of the mail hosts."""
    found = yield from mx_hosts(domain)
    wanted: dict[str, str] = {}
    for host in found.hosts:
        for address in _public(host.addresses, MX_LIMIT):
            wanted.setdefault(address, host.name)
    return (yield from _reverse([(a, False, host) for a, host in list(wanted.items())[:MX_LIMIT]]))


def _public(addresses: Iterable[str], limit: int) -> list[str]:
    """Addresses in one spelling that have a place in the public reverse tree."""
    found = []
    for address in addresses:
        text = canonical(address)
        try:
            ipaddress.ip_address(text)
        except ValueError:
            continue
        if "%" not in text and not is_loopback(text) and not is_private(text):
            found.append(text)
    return list(dict.fromkeys(found))[:limit]


def _reverse(wanted: list[tuple[str, bool, str]]) -> Walk[tuple[Reverse, ...]]:
    if not wanted:
        return ()
    questions = tuple(dns_question(reverse_name(address), "PTR") for address, _, _ in wanted)
    answers = yield from ask(*questions)
    listed = [
        [r for r in answer.records if isinstance(r, str) and r and len(r) <= NAME_LIMIT][:NAMES_LIMIT]
        for answer in answers
    ]
    known = {h.name: h for h in (yield from hosts(name for names in listed for name in names))}
    return tuple(
        Reverse(address, question, answer, tuple(known[n] for n in dict.fromkeys(names)), given, host)
        for (address, given, host), question, answer, names in zip(
            wanted, questions, answers, listed, strict=True
        )
    )
