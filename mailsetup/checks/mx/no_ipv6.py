"""
No mail host has an IPv6 address.

Mail arrives over IPv4 all the same; a few networks have IPv6 only and reach such a domain
through a translator.

Fires on:

    example.com.       MX  10 mail.example.com.
    mail.example.com.  A   9.9.9.10

Silent on:

    example.com.        MX    10 mail.example.com.
    example.com.        MX    20 mail2.example.com.
    mail.example.com.   A     9.9.9.10
    mail2.example.com.  A     149.112.112.10
    mail2.example.com.  AAAA  2620:fe::10
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._addresses import address_answer, any_addresses, asked_exchanges, sound_hosts
from mailsetup.checks._when import receives_mail
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnsQuestion
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mx_hosts import mx_hosts
from mailsetup.walks.mx_records import mx_records


@check(
    title="No mail host has an IPv6 address",
    severity=Severity.INFO,
    applies_to=receives_mail,
    codes=["MX_IPV6_NONE"],
    reads=[mx_hosts, mx_records],
    cites=["RFC 5321 section 5.2", "RFC 3974"],
    yields_to=["mx/target-unresolved"],
)
def no_ipv6(case: Case) -> Iterator[Finding]:
    if any(host.ipv6.records for host in sound_hosts(case)):
        return
    exchanges = asked_exchanges(case)
    questions = [DnsQuestion(e, "AAAA") for e in exchanges]
    for question in sorted(questions, key=lambda q: not getattr(case.answer(q), "found", False)):
        if address_answer(case, question.name, "AAAA").found:
            return
    if any(any_addresses(case, e) for e in exchanges):
        yield case.finding(
            "no mail host of {domain} has an IPv6 address ({exchanges})",
            domain=case.domain,
            exchanges=", ".join(exchanges[:4]),
            at=questions,
        )
