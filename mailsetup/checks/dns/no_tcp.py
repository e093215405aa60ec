"""
A name server of the domain that refuses TCP.

Answers that do not fit a datagram are fetched again over TCP: long SPF records, keys of 2048 bits, DNSSEC. Where TCP
is refused such records cannot be read, now from one server, then not from another. Mostly a firewall opened for UDP only.

Fires on (options: authoritative):

    example.com.                      MX  10 mail.example.com.
    mail.example.com.                 A   9.9.9.10
    @tcp://149.112.112.2 example.com. REFUSED SOA

Silent on (options: authoritative):

    example.com.                MX  10 mail.example.com.
    mail.example.com.           A   9.9.9.10

Unknown on (options: authoritative):

    example.com.                      MX  10 mail.example.com.
    mail.example.com.                 A   9.9.9.10
    @tcp://149.112.112.2 example.com. TIMEOUT SOA

Unknown on (options: authoritative):

    example.com.                      MX  10 mail.example.com.
    mail.example.com.                 A   9.9.9.10
    @tcp://149.112.112.2 example.com. REFUSED SOA
    @tcp://9.9.9.1 example.com.       REFUSED SOA
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import Outcome
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.delegation import authoritative_by_stream


@check(
    title="A name server refuses TCP",
    severity=Severity.WARNING,
    codes=["DNS_TCP_REQUIRED"],
    reads=[authoritative_by_stream],
    cites=["RFC 7766 section 5"],
    opt_in="authoritative",
)
def no_tcp(case: Case) -> Iterator[Finding]:
    found = case.read(authoritative_by_stream)
    if not any(not view.over_tcp.unknown for view in found):
        return  # nobody answers over TCP: a firewall on our side looks the same
    for view in found:
        if view.over_tcp.outcome is Outcome.REFUSED and not view.over_udp.unknown:
            # The refusal itself is what was seen, so no evidence has to be known for it to stand.
            yield case.finding(
                "the name server {server} ({address}) answers over UDP but refuses TCP; others answer over both",
                server=view.host,
                address=view.address,
                at=(),
                owner=case.domain,
                remedy="Open TCP port 53 of {server} beside UDP port 53.",
            )
