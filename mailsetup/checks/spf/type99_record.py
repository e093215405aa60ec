"""
A record of the abandoned type SPF (99).

The type was given up in 2014; receivers look at TXT only. A record of type 99 does nothing by itself,
and two records that differ mislead those who read them.

Fires on:

    example.com.  SPF  "v=spf1 ip4:192.0.2.1 -all"
    example.com.  TXT  "v=spf1 ip4:192.0.2.1 -all"

Silent on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 -all"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnsQuestion
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.spf_record import spf_record, spf_type99


@check(
    title="SPF is published in the abandoned record type 99",
    severity=Severity.WARNING,
    codes=["SPF_TYPE99"],
    reads=[spf_type99, spf_record],
    cites=["RFC 7208 section 3.1"],
)
def type99_record(case: Case) -> Iterator[Finding]:
    answer = case.read(spf_type99)
    if answer.found and not answer.aliases:
        found = case.read(spf_record)
        yield case.finding(
            "{domain} has a record of the type SPF (99), which receivers ignore"
            if found.texts
            else "{domain} has SPF only in a record of the type SPF (99), which receivers ignore: for them it has none",
            domain=case.domain,
            at=(DnsQuestion(case.domain, "SPF"), found.question),
            remedy="Delete the record of type SPF; the TXT record is the one that counts."
            if found.texts
            else "Publish the same text as a TXT record and delete the one of type SPF.",
            fix=Fix(case.domain, "SPF", ()) if found.texts else None,
        )
