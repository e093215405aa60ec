"""
A name server without an address.

Resolvers that pick it wait and try another; with few servers left the domain is slow or, at
times, not found. Mostly a host that was renamed or given up.

Fires on:

    example.com.      NS  ns1.example.com.
    example.com.      NS  ns2.example.com.
    example.com.      NS  ns.gone.example.net.
    ns1.example.com.  A   9.9.9.1
    ns2.example.com.  A   149.112.112.2

Silent on:

    example.com.      NS    ns1.example.com.
    example.com.      NS    ns2.example.com.
    ns1.example.com.  A     9.9.9.1
    ns2.example.com.  AAAA  2620:fe::2
    ns3.example.com.  AAAA  2620:fe::2

Unknown on:

    example.com.      NS        ns1.example.com.
    example.com.      NS        ns2.example.com.
    ns1.example.com.  A         9.9.9.1
    ns2.example.com.  SERVFAIL
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._addresses import FAMILIES, address_answer, any_addresses, places, sound_name_servers
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.delegation import NAME_SERVER_LIMIT, delegation, name_servers


@check(
    title="A name server has no address",
    severity=Severity.WARNING,
    codes=["DNS_NS_UNRESOLVED"],
    reads=[delegation, name_servers],
    cites=["RFC 1912 section 2.8"],
)
def name_server_unresolved(case: Case) -> Iterator[Finding]:
    if sound_name_servers(case):
        return
    found = case.read(delegation)
    for server in found.servers[:NAME_SERVER_LIMIT]:
        if not server or any_addresses(case, server):
            continue
        if all(address_answer(case, server, family).absent for family in FAMILIES):
            yield case.finding(
                "the name server {server} of the zone {zone} has no address",
                server=server,
                zone=found.zone,
                at=(*places(server), found.question),
                owner=found.zone,
                remedy=(
                    "Remove {server} from the NS records of {zone} and from the registrar's list, "
                    "or correct its name."
                ),
            )
