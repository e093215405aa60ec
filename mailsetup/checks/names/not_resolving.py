"""
Every question about the domain fails at its name servers.

The resolver was told of name servers, but got nothing usable from them: they do not know the
domain (a lame delegation), are down, or their DNSSEC signatures do not verify. Receivers see the
same: mail is delayed, then returned. What is published cannot be judged until they answer.

Fires on:

    example.com.  LAME

Silent on:

    example.com.       MX  10 mail.example.com.
    mail.example.com.  A   9.9.9.10

Unknown on:

    example.com.  SERVFAIL  MX

Unknown on:

    example.com.  REFUSED
    com.          REFUSED

Unknown on:

    com.  LAME
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.message import say
from mailsetup.walks.existence import resolution


@check(
    title="The domain's name servers do not answer",
    severity=Severity.ERROR,
    codes=["DNS_SERVFAIL"],
    reads=[resolution],
    cites=["RFC 9499 section 7", "RFC 9520 section 2"],
)
def not_resolving(case: Case) -> Iterator[Finding]:
    failed = case.read(resolution).failed
    if failed:
        servers = sorted({answer.server for _, answer in failed if answer.server})
        # The finding is the failure itself, so no evidence has to be known for it to stand.
        yield case.finding(
            "every question about {domain} ({types}) got SERVFAIL from {servers}",
            domain=case.domain,
            types=", ".join(rdtype for rdtype, _ in failed),
            servers=", ".join(servers) or say("the resolver"),
            at=(),
            owner=case.domain,
            remedy=(
                "Ask your DNS host whether its servers answer for {domain}; see that the registrar names "
                "those same servers, and that the DNSSEC (DS) data there is the host's or is removed."
            ),
        )
