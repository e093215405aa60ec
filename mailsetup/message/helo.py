"""Whether the name that a server gave in HELO or EHLO leads anywhere (RFC 5321 sections 2.3.5 and 4.1.4)."""

from __future__ import annotations

import ipaddress
from typing import NamedTuple

from mailsetup.grammar.mailboxes import host_of
from mailsetup.model.dns import DnsQuestion
from mailsetup.model.finding import Evidence
from mailsetup.model.walk import Walk, ask

LOCAL_NAMES = frozenset(
    {"localhost", "localdomain", "local", "lan", "home", "internal", "private", "corp", "intranet"}
)
"""RFC 6761, RFC 6762 and names that ICANN keeps out of the root: ends of names that mean nothing outside."""


class Helo(NamedTuple):
    """``found`` is whether the name has an address, None while open or where it is no name to ask for."""

    name: str = ""
    found: bool | None = None
    evidence: tuple[Evidence, ...] = ()


def helo_name(name: str) -> Walk[Helo]:
    """The addresses of a HELO name; literals, bare and private names are not asked for."""
    host = host_of(name)
    if not host or "." not in host or is_literal(name) or is_local(name):
        return Helo(name)
    questions = [DnsQuestion(host, "A"), DnsQuestion(host, "AAAA")]
    answers = yield from ask(*questions)
    evidence = tuple(Evidence(q, a) for q, a in zip(questions, answers, strict=True))
    if any(a.found for a in answers):
        return Helo(name, True, evidence)
    return Helo(name, None if any(a.unknown for a in answers) else False, evidence)


def is_literal(name: str) -> bool:
    """Whether it is an address: ``[192.0.2.1]``, ``[IPv6:2001:db8::1]``, or one without its brackets."""
    inner = name.strip().removeprefix("[").removesuffix("]")
    inner = inner[5:] if inner.lower().startswith("ipv6:") else inner
    try:
        ipaddress.ip_address(inner)
    except ValueError:
        return False
    return True


def is_local(name: str) -> bool:
    """Whether it is ``localhost``, a bare name, or one that only its own network knows."""
    labels = name.lower().strip(".").split(".")
    return len(labels) == 1 or labels[-1] in LOCAL_NAMES or labels[0] == "localhost"
