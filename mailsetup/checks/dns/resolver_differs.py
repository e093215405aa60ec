"""
A resolver and the domain's own name servers say different things.

Right after a change this is only a memory: resolvers keep the old answer until its TTL has run
out. When it stays, your network sees other records than the world does (split horizon), or the
resolver does not tell the truth.

Fires on (options: authoritative):

    example.com.                MX  10 inside.example.com.
    inside.example.com.         A   9.9.9.10
    @9.9.9.1 example.com.       MX  10 mail.example.com.
    @149.112.112.2 example.com. MX  10 mail.example.com.

Silent on (options: authoritative):

    example.com.                MX  10 mail.example.com.
    mail.example.com.           A   9.9.9.10
    @149.112.112.2 example.com. MX  10 old.example.com.

Unknown on (options: authoritative):

    example.com.                MX  10 mail.example.com.
    mail.example.com.           A   9.9.9.10
    @9.9.9.1 example.com.       TIMEOUT MX
    @149.112.112.2 example.com. MX  10 old.example.com.

Unknown on (options: authoritative):

    example.com.                MX  10 mail.example.com.
    mail.example.com.           A   9.9.9.10
    ns1.dns.test.               TIMEOUT
    @149.112.112.2 example.com. MX  10 old.example.com.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._servers import said_by, shown
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnsQuestion
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.delegation import authoritative, name_servers


@check(
    title="A resolver and the domain's own name servers differ",
    severity=Severity.WARNING,
    codes=["DNS_SPLIT_HORIZON"],
    reads=[authoritative, name_servers],
    cites=["RFC 2308 section 5", "RFC 1035 section 3.2.1"],
    opt_in="authoritative",
)
def resolver_differs(case: Case) -> Iterator[Finding]:
    found = case.read(authoritative)
    not_asked = [q for host in case.read(name_servers).hosts if not host.addresses for q in host.questions]
    for i, (name, rdtype) in enumerate(found.asked):
        seen = said_by(found.resolver[i], rdtype)
        known = [(view, said_by(view.answers[i], rdtype)) for view in found.servers]
        told = [(view, said) for view, said in known if said is not None]
        if rdtype == "SOA" or seen is None or not told or any(said == seen for _, said in told):
            continue
        view, said = told[0]
        yield case.finding(
            "{rdtype} at {name}: the resolver says {seen}, but the name server {server} says {said}; "
            "the resolver may keep its answer for {seconds} more seconds",
            rdtype=rdtype,
            name=name,
            seen=shown(seen),
            server=view.host,
            said=shown(said),
            seconds=found.resolver[i].ttl or 0,
            at=[
                DnsQuestion(name, rdtype),
                DnsQuestion(name, rdtype, view.server),
                # One that did not say may agree with the resolver: then the servers differ, and it tells the truth.
                *[DnsQuestion(name, rdtype, other.server) for other, its in known if its is None],
                *not_asked,
            ],
            owner=name,
            remedy=(
                "If you have just changed it, wait until the resolver forgets its old answer. Otherwise ask from outside your own network: "
                "your resolver has records of its own for {name}, which the world does not see."
            ),
        )
