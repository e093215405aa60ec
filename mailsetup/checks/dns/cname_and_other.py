"""
A CNAME beside other records.

A name with a CNAME has no other data. Servers that hold both answer now with one, now with the
other: mail records there work for some and not for others.

Fires on:

    example.com.       MX     10 mail.example.com.
    example.com.       CNAME  shop.example.net.
    mail.example.com.  A      9.9.9.10
    shop.example.net.  A      9.9.9.10

Fires on:

    example.com.         MX     10 mail.example.com.
    mail.example.com.    A      9.9.9.10
    _dmarc.example.com.  TXT    "v=DMARC1; p=reject"
    _dmarc.example.com.  CNAME  example.com.dmarc.example.net.

Silent on:

    example.com.       MX     10 mail.example.com.
    mail.example.com.  A      9.9.9.10
    www.example.com.   CNAME  shop.example.net.
    shop.example.net.  A      9.9.9.11
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.alias_conflicts import alias_conflicts


@check(
    title="A CNAME stands beside other records",
    severity=Severity.ERROR,
    codes=["DNS_CNAME_AND_OTHER"],
    reads=[alias_conflicts],
    cites=["RFC 1034 section 3.6.2", "RFC 2181 section 10.1"],
)
def cname_and_other(case: Case) -> Iterator[Finding]:
    for found in case.read(alias_conflicts):
        if not found.at_apex:
            yield case.finding(
                "{name} has both a CNAME (to {target}) and {rdtype} records; some see one, some the other",
                name=found.name,
                target=found.target,
                rdtype=found.other.rdtype,
                at=(found.alias, found.other),
                remedy="Delete the CNAME: a domain's own name cannot be an alias. To lead it to {target}, use A and AAAA records "
                "or what your DNS host offers for this (ALIAS, ANAME, CNAME flattening)."
                if organizational_domain(found.name) == found.name
                else "Keep either the CNAME or the {rdtype} records at {name}, and delete the other.",
            )
