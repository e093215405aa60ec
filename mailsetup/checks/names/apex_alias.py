"""
The domain's own name is an alias.

A zone begins at this name, so SOA and NS records stand here, and a CNAME must stand alone. What
mail looks for here (MX, SPF) is then looked for at the alias's target, or lost. DNS hosts offer
ALIAS, ANAME or flattening to point a domain at a web service without a CNAME.

Fires on:

    example.com.       CNAME  shop.example.net.
    shop.example.net.  A      9.9.9.10

Silent on:

    example.com.       A      9.9.9.10
    example.com.       MX     10 mail.example.com.
    mail.example.com.  A      9.9.9.10
    www.example.com.   CNAME  shop.example.net.
    shop.example.net.  A      9.9.9.11

Unknown on:

    example.com.       TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import mx_stands_here
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.alias_conflicts import alias_conflicts
from mailsetup.walks.mx_records import mx_records


@check(
    title="The domain's own name is an alias",
    severity=Severity.ERROR,
    codes=["DNS_CNAME_AND_OTHER"],
    reads=[alias_conflicts, mx_records],
    cites=["RFC 1034 section 3.6.2", "RFC 1912 section 2.4"],
    silent_where=mx_stands_here,
)
def apex_alias(case: Case) -> Iterator[Finding]:
    mx = case.read(mx_records)
    if mx.stands_here or mx.unknown:
        return  # beside MX records the check of conflicts speaks
    for found in case.read(alias_conflicts):
        if found.at_apex:
            yield case.finding(
                "{name} is an alias (CNAME) of {target}, but a domain's own name holds its SOA and NS records "
                "and cannot be one: MX and SPF records there are lost",
                name=found.name,
                target=found.target,
                at=found.alias,
                remedy=(
                    "Replace the CNAME by A and AAAA records, or by what your DNS host offers for this (ALIAS, "
                    "ANAME, CNAME flattening); then publish MX and TXT records at {name}."
                ),
            )
