"""Whether a name exists, and in which zone: one NS question (RFC 2308 section 2)."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.walk import Walk, ask, ask_one

__all__ = ["Existence", "Resolution", "Standing", "existence", "resolution"]

SERVER_FAILED = (Outcome.SERVFAIL, Outcome.REFUSED)


class Standing(StrEnum):
    """What a name is in the tree of zones."""

    APEX = "apex"  # a zone begins here
    INSIDE = "inside"  # a name inside a larger zone
    ALIAS = "alias"  # a CNAME stands here
    ABSENT = "absent"  # NXDOMAIN: neither it nor anything below it exists
    UNKNOWN = "unknown"


class Existence(NamedTuple):
    """``zone`` is the zone the name lives in, or the one that denied it; ``""`` when no answer said."""

    name: str
    standing: Standing
    zone: str
    answer: DnsAnswer

    @property
    def question(self) -> DnsQuestion:
        """The question asked."""
        return DnsQuestion(self.name, "NS")


def existence(domain: str) -> Walk[Existence]:
    """Whether a domain exists. NS is asked since its answer tells an apex from a name inside a zone."""
    answer = yield from ask_one(domain, "NS")
    return Existence(domain, *_standing(domain, answer), answer)


def _standing(domain: str, answer: DnsAnswer) -> tuple[Standing, str]:
    if answer.aliases:
        return Standing.ALIAS, ""
    if answer.found or (answer.absent and answer.zone == domain):
        return Standing.APEX, domain
    if answer.unknown:
        return Standing.UNKNOWN, ""
    inside = answer.outcome is Outcome.NO_DATA
    return (Standing.INSIDE if inside else Standing.ABSENT), answer.zone


class Resolution(NamedTuple):
    """
    Whether anything at all about a name can be asked.

    ``failed`` are the answers when every question got SERVFAIL or REFUSED, each with its type;
    empty otherwise. A time-out is not counted: it may be the asker's own network.
    """

    domain: str
    failed: tuple[tuple[str, DnsAnswer], ...]


def resolution(domain: str) -> Walk[Resolution]:
    """
    Whether the name servers of a domain answer, seen through a resolver.

    MX is asked first, since everybody asks it; only when a server refuses or fails are SOA and
    NS asked. One SERVFAIL proves nothing (RFC 9520 section 2 lists its causes); all three do.
    """
    mx = yield from ask_one(domain, "MX")
    if not _server_failed(mx):
        return Resolution(domain, ())
    soa, ns = yield from ask(DnsQuestion(domain, "SOA"), DnsQuestion(domain, "NS"))
    if _server_failed(soa) and _server_failed(ns):
        return Resolution(domain, (("MX", mx), ("NS", ns), ("SOA", soa)))
    return Resolution(domain, ())


def _server_failed(answer: DnsAnswer) -> bool:
    """Whether a server answered that it cannot say. An alias chain that failed is the chain's fault, not the zone's."""
    return answer.outcome in SERVER_FAILED and not answer.aliases
