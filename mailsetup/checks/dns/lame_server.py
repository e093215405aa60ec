"""
A name server of the domain that does not know it.

Resolvers that ask it get nothing, wait and try another; the domain is slow and at times not found.
Mostly a server of a former DNS host that nobody took out of the list.

Fires on (options: authoritative):

    example.com.                MX  10 mail.example.com.
    mail.example.com.           A   9.9.9.10
    @149.112.112.2 example.com. LAME

Silent on (options: authoritative):

    example.com.                MX  10 mail.example.com.
    mail.example.com.           A   9.9.9.10

Unknown on (options: authoritative):

    example.com.                MX  10 mail.example.com.
    mail.example.com.           A   9.9.9.10
    @149.112.112.2 example.com. TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnsAnswer, Outcome
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.delegation import authoritative


@check(
    title="A name server does not know the domain",
    severity=Severity.WARNING,
    codes=["DNS_NS_LAME"],
    reads=[authoritative],
    cites=["RFC 1912 section 2.8", "RFC 9499 section 7"],
    opt_in="authoritative",
)
def lame_server(case: Case) -> Iterator[Finding]:
    found = case.read(authoritative)
    if all(_refused(view.answers) for view in found.servers):
        return  # a firewall that lets no question out looks the same
    for view in found.servers:
        if _refused(view.answers):
            # The refusal itself is what was seen, so no evidence has to be known for it to stand.
            yield case.finding(
                "the name server {server} ({address}) of the zone {zone} refuses every question about it",
                server=view.host,
                address=view.address,
                zone=found.zone,
                at=(),
                owner=found.zone,
                remedy=(
                    "Set the zone {zone} up on {server}, or remove that server from the NS records and from the "
                    "registrar's list."
                ),
            )


def _refused(answers: tuple[DnsAnswer, ...]) -> bool:
    return all(a.outcome is Outcome.REFUSED or a.outcome is Outcome.SERVFAIL for a in answers)
