"""
The name is a sub-domain, and is judged as one.

SPF is not inherited: mail with this name needs its own record. DMARC is: without a record of its
own, the policy of the domain above applies (its `sp`, else its `p`).

Fires on news.example.com:

    example.com.       MX   10 mail.example.com.
    mail.example.com.  A    9.9.9.10
    news.example.com.  MX   10 mail.example.com.
    news.example.com.  TXT  "v=spf1 mx -all"

Silent on:

    example.com.       MX   10 mail.example.com.
    mail.example.com.  A    9.9.9.10
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.grammar.public_suffix import is_public_suffix, organizational_domain
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.existence import Standing, existence


@check(
    title="The name is a sub-domain",
    severity=Severity.INFO,
    codes=["NAME_SUBDOMAIN"],
    reads=[existence],
    cites=["RFC 7208 section 3.1", "RFC 9989 section 4.10.2"],
    yields_to=["names/host-name", "names/does-not-exist"],
)
def subdomain(case: Case) -> Iterator[Finding]:
    if case.domain.count(".") < 2:
        return
    above = organizational_domain(case.domain)
    if above == case.domain or is_public_suffix(case.domain):
        return
    there = case.read(existence)
    if there.standing is Standing.APEX:
        yield case.finding(
            "{domain} is judged as a sub-domain of {above}; it is a zone of its own, with its own name "
            "servers",
            domain=case.domain,
            above=above,
            at=there.question,
        )
    elif there.standing in (Standing.INSIDE, Standing.ALIAS):
        yield case.finding(
            "{domain} is judged as a sub-domain of {above}: SPF is its own, DMARC may come from above",
            domain=case.domain,
            above=above,
            at=there.question,
        )
