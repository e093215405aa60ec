"""Whether a name exists, and in which zone: one NS question (RFC 2308 section 2)."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome, dns_question
from mailsetup.model.walk import Walk, ask, ask_one

__all__ = ["Existence", "Resolution", "Standing", "existence", "resolution"]


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
        return dns_question(self.name, "NS")


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

    ``failed`` are the answers when every question got SERVFAIL from a resolver that can answer
    others, each with its type; empty otherwise. A time-out or a refusal is not counted: it may be
    the asker's own network or resolver.
    """

    domain: str
    failed: tuple[tuple[str, DnsAnswer], ...]


def resolution(domain: str) -> Walk[Resolution]:
    """
    Whether the name servers of a domain answer, seen through a resolver.

    MX is asked first, since everybody asks it; only when that fails are SOA and NS asked, and the
    name servers of the top-level domain to see that the resolver itself works. One SERVFAIL proves
    nothing (RFC 9520 section 2 lists its causes); all three beside a working resolver do.
    """
    mx = yield from ask_one(domain, "MX")
    if not _failed(mx):
        return Resolution(domain, ())
    top = domain.rpartition(".")[2]
    soa, ns, control = yield from ask(
        dns_question(domain, "SOA"), dns_question(domain, "NS"), dns_question(top, "NS")
    )
    if _failed(soa) and _failed(ns) and not control.unknown:
        return Resolution(domain, (("MX", mx), ("NS", ns), ("SOA", soa)))
    return Resolution(domain, ())


def _failed(answer: DnsAnswer) -> bool:
    """Whether the resolver got nowhere. An alias chain that failed is the chain's fault, not the zone's."""
    return answer.outcome is Outcome.SERVFAIL and not answer.aliases
