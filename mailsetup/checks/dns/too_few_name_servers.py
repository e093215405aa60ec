"""
Fewer than two name servers in different networks.

When the only network with name servers is cut off, the domain vanishes and its mail is delayed
or lost, however well the mail hosts run. Registries ask for two; different networks make them
worth having.

Fires on:

    example.com.      NS  ns1.example.com.
    ns1.example.com.  A   9.9.9.1
    example.com.      MX  10 mail.example.com.
    mail.example.com. A   9.9.9.10

Fires on:

    example.com.      NS  ns1.example.com.
    example.com.      NS  ns2.example.com.
    ns1.example.com.  A   9.9.9.1
    ns2.example.com.  A   9.9.9.2

Silent on:

    example.com.      NS  ns1.example.com.
    example.com.      NS  ns2.example.com.
    ns1.example.com.  A   9.9.9.1
    ns2.example.com.  A   149.112.112.2

Unknown on:

    example.com.      NS  ns1.example.com.
    example.com.      NS  ns2.example.com.
    ns1.example.com.  A   9.9.9.1
    ns2.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._addresses import FAMILIES, address_answer, sound_name_servers
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnsQuestion
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.addresses import networks
from mailsetup.walks.delegation import NAME_SERVER_LIMIT, delegation, name_servers

LEAST_SERVERS = 2  # RFC 1034 section 4.1; RFC 2182 section 5 advises three
ADVICE = (
    "Add a second name server in another network; most DNS hosts give several, and all of them "
    "belong into the registrar's list."
)


@check(
    title="Fewer than two name servers in different networks",
    severity=Severity.WARNING,
    codes=["DNS_NS_COUNT"],
    reads=[delegation, name_servers],
    cites=["RFC 2182 section 5", "RFC 1034 section 4.1"],
)
def too_few_name_servers(case: Case) -> Iterator[Finding]:
    if _different(set(networks(a for host in sound_name_servers(case) for a in host.addresses))):
        return
    found = case.read(delegation)
    servers = found.servers[:NAME_SERVER_LIMIT]
    if not servers:
        return
    if len(servers) < LEAST_SERVERS:
        yield case.finding(
            "the zone {zone} has one name server only ({servers})",
            zone=found.zone,
            servers=", ".join(servers),
            at=found.question,
            remedy=ADVICE,
        )
        return
    questions = [DnsQuestion(server, family) for family in FAMILIES for server in servers]
    questions.sort(key=lambda q: not getattr(case.answer(q), "found", False))
    seen: set[str] = set()
    for question in questions:
        answer = address_answer(case, question.name, question.rdtype)
        seen.update(networks(r for r in answer.records if isinstance(r, str)))
        if _different(seen):
            return
    if seen:
        yield case.finding(
            "all name servers of the zone {zone} stand in one network ({networks})",
            zone=found.zone,
            networks=", ".join(sorted(seen)),
            at=(found.question, *questions),
            owner=found.zone,
            remedy=ADVICE,
        )


def _different(seen: set[str]) -> bool:
    """Whether networks of one family differ; one of each may be the same host."""
    four = sum(":" not in n for n in seen)
    return four > 1 or len(seen) - four > 1
