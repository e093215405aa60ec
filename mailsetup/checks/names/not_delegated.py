"""
The domain is known to its registry, but no name servers are entered for it.

The registry's servers answer for the name themselves and have nothing to say. Whatever is set
up at a DNS host is not seen by anybody until the registrar names that host's servers.

Fires on shop.co.uk:

    co.uk.           SOA  ns.nic.test. hostmaster.nic.test. 1 7200 3600 1209600 3600
    www.shop.co.uk.  A    9.9.9.10

Unknown on shop.co.uk:

    co.uk.           SOA  ns.nic.test. hostmaster.nic.test. 1 7200 3600 1209600 3600
    www.shop.co.uk.  A    9.9.9.10
    shop.co.uk.      TIMEOUT MX

Silent on:

    example.com.  NS  ns1.example.net.
    example.com.  NS  ns2.example.net.
    ns1.example.net.  A  9.9.9.1
    ns2.example.net.  A  149.112.112.2
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import mx_stands_here
from mailsetup.grammar.public_suffix import is_public_suffix
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.existence import Standing, existence
from mailsetup.walks.mx_records import mx_records


@check(
    title="The domain has no name servers at its registry",
    severity=Severity.ERROR,
    codes=["NAME_NOT_DELEGATED"],
    reads=[existence, mx_records],
    cites=["RFC 1034 section 4.2.1"],
    silent_where=mx_stands_here,
)
def not_delegated(case: Case) -> Iterator[Finding]:
    mx = case.read(mx_records)
    if mx.stands_here:
        return
    there = case.read(existence)
    if there.standing is not Standing.INSIDE or not there.zone or there.zone == case.domain:
        return
    if is_public_suffix(there.zone) and not is_public_suffix(case.domain):
        yield case.finding(
            "{domain} has no name servers: the registry of {zone} answers for it itself, and has no records",
            domain=case.domain,
            zone=there.zone,
            at=(there.question, mx.question),
            remedy="At the registrar of {domain}, enter the name servers that your DNS host gives you.",
        )
