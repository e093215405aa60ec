"""
A wildcard that makes every name exist, without SPF for them.

A record at *.example.com gives every invented sub-domain an MX or address, and forgers use them. The
wildcard needs an SPF record too; better is no wildcard.

Fires on:

    example.com.    TXT  "v=spf1 ip4:192.0.2.1 -all"
    *.example.com.  MX   10 mail.example.com.

Fires on:

    example.com.    TXT  "v=spf1 ip4:192.0.2.1 -all"
    *.example.com.  A    192.0.2.1

Silent on:

    example.com.    TXT  "v=spf1 ip4:192.0.2.1 -all"
    *.example.com.  MX   10 mail.example.com.
    *.example.com.  TXT  "v=spf1 -all"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.grammar.spf import is_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnsQuestion, present
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.wildcards import wildcards


@check(
    title="A wildcard gives names an MX or address, but no SPF",
    severity=Severity.WARNING,
    codes=["SPF_WILDCARD"],
    reads=[wildcards],
    cites=["RFC 7208 section 3.5"],
)
def wildcard_without_record(case: Case) -> Iterator[Finding]:
    wild = case.read(wildcards)
    if wild.control is None or any(is_spf(text) for text in wild.control.texts):
        return
    given = [rdtype for rdtype, answer in wild.others if answer.found]
    if given:
        yield case.finding(
            "a wildcard gives every name below {domain} the records {types}, but no SPF record",
            domain=case.domain,
            types=", ".join(given),
            at=tuple(DnsQuestion(wild.name, rdtype) for rdtype in ("TXT", *given)),
            owner=f"*.{case.domain}",
            severity=None if "MX" in given else Severity.INFO,
            remedy='Remove the wildcard, or publish "v=spf1 -all" at *.{domain} too.',
            fix=None
            if wild.control.aliases
            else Fix(
                f"*.{case.domain}",
                "TXT",
                (*(present(r, "TXT") for r in wild.control.records), '"v=spf1 -all"'),
            ),
        )
