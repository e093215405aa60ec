"""Reading addresses of mail hosts so that a verdict rests on as few answers as decide it."""

from __future__ import annotations

from typing import cast

from mailsetup.model.case import Case
from mailsetup.model.dns import DnsAnswer, DnsQuestion
from mailsetup.walks.addresses import Host, one_address_answer
from mailsetup.walks.delegation import name_servers
from mailsetup.walks.mx_hosts import EXCHANGE_LIMIT, is_host_name, mx_hosts
from mailsetup.walks.mx_records import mx_records

FAMILIES = ("A", "AAAA")


def asked_exchanges(case: Case) -> tuple[str, ...]:
    """The exchanges whose addresses the walk asked for."""
    names = [e for e in case.read(mx_records).exchanges if is_host_name(e)]
    return tuple(names[:EXCHANGE_LIMIT])


def sound_hosts(case: Case) -> tuple[Host, ...]:
    """The mail hosts if all is known of them and nothing is odd; else none, and the check looks closer."""
    known = case.facts.get(mx_hosts)
    if known is None or not known[0].sound:
        return ()
    return cast("tuple[Host, ...]", case.read(mx_hosts).hosts)


def sound_name_servers(case: Case) -> tuple[Host, ...]:
    """The same for the name servers of the zone."""
    known = case.facts.get(name_servers)
    if known is None or not known[0].sound:
        return ()
    return cast("tuple[Host, ...]", case.read(name_servers).hosts)


def address_answer(case: Case, host: str, rdtype: str) -> DnsAnswer:
    """One address answer, logged as read."""
    return cast(DnsAnswer, case.read(one_address_answer, host, rdtype))


def all_addresses(case: Case, host: str) -> tuple[str, ...]:
    """Every address of a host; both answers are read."""
    found = [r for family in FAMILIES for r in address_answer(case, host, family).records]
    return tuple(r for r in found if isinstance(r, str))


def any_addresses(case: Case, host: str) -> tuple[str, ...]:
    """Addresses of one family, read from the family that has some, so that the other may stay unknown."""
    for family in sorted(FAMILIES, key=lambda f: not _peek(case, host, f).records):
        answer = address_answer(case, host, family)
        if answer.found:
            return tuple(r for r in answer.records if isinstance(r, str))
    return ()


def alias_of(case: Case, host: str) -> tuple[str, DnsQuestion] | None:
    """What a host is an alias of, if it is one, and the question that showed it; a known answer decides."""
    for family in sorted(FAMILIES, key=lambda f: _peek(case, host, f).unknown):
        answer = address_answer(case, host, family)
        if answer.aliases:
            return answer.aliases[0], DnsQuestion(host, family)
        if not answer.unknown:
            return None
    return None


def places(host: str) -> tuple[DnsQuestion, DnsQuestion]:
    """Both address questions of a host."""
    return DnsQuestion(host, "A"), DnsQuestion(host, "AAAA")


def _peek(case: Case, host: str, rdtype: str) -> DnsAnswer:
    """An answer looked at to choose what to read; not logged, so nothing may be concluded from it."""
    return cast(DnsAnswer, case.answer(DnsQuestion(host, rdtype)))
