"""Whether the connecting address has a name that leads back to it: forward-confirmed reverse DNS (RFC 8601 section 3)."""

from __future__ import annotations

import ipaddress
from typing import NamedTuple

from mailsetup.model.dns import DnsQuestion
from mailsetup.model.finding import Evidence
from mailsetup.model.names import NAME_LIMIT
from mailsetup.model.walk import Walk, ask, ask_one

from .trace import inside

NAME_COUNT_LIMIT = 10  # names of one address that are looked at (RFC 7208 section 4.6.4)


class Reverse(NamedTuple):
    """``confirmed`` is None while open; ``names`` are those the address has, ``evidence`` the questions asked."""

    ip: str
    confirmed: bool | None
    names: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def reverse_dns(ip: str) -> Walk[Reverse | None]:
    """The names of an address and whether one of them leads back; None for what is no public address."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return None
    if inside(ip):
        return None
    question = DnsQuestion(address.reverse_pointer, "PTR")
    answer = yield from ask_one(*question[:2])
    evidence = [Evidence(question, answer)]
    names = tuple(r.lower() for r in answer.records if isinstance(r, str) and 0 < len(r) <= NAME_LIMIT)[
        :NAME_COUNT_LIMIT
    ]
    if not names:
        return Reverse(ip, None if answer.unknown else False, (), tuple(evidence))
    rdtype = "AAAA" if address.version == 6 else "A"
    questions = [DnsQuestion(name, rdtype) for name in dict.fromkeys(names)]
    forward = yield from ask(*questions)
    evidence += [Evidence(q, a) for q, a in zip(questions, forward, strict=True)]
    if any(_same(r, address) for a in forward for r in a.records):
        return Reverse(ip, True, names, tuple(evidence))
    return Reverse(ip, None if any(a.unknown for a in forward) else False, names, tuple(evidence))


def _same(record: object, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    try:
        return isinstance(record, str) and ipaddress.ip_address(record) == address
    except ValueError:
        return False
