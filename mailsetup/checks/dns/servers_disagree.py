"""
The domain's name servers do not say the same.

Which records a sender sees depends on the server it happens to ask: mail works now and then. A
secondary that is no longer updated, or two DNS hosts with different records, look like this.

Fires on (options: authoritative):

    example.com.                MX  10 mail.example.com.
    mail.example.com.           A   9.9.9.10
    @149.112.112.2 example.com. MX  10 old.example.com.

Silent on (options: authoritative):

    example.com.       MX  10 mail.example.com.
    mail.example.com.  A   9.9.9.10

Unknown on (options: authoritative):

    example.com.                MX  10 mail.example.com.
    mail.example.com.           A   9.9.9.10
    @149.112.112.2 example.com. TIMEOUT MX
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._servers import said_by, shown
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnsQuestion
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.delegation import authoritative


@check(
    title="The name servers do not say the same",
    severity=Severity.ERROR,
    codes=["DNS_SERVERS_DISAGREE"],
    reads=[authoritative],
    cites=["RFC 1034 section 4.3.5", "RFC 1996"],
    opt_in="authoritative",
)
def servers_disagree(case: Case) -> Iterator[Finding]:
    found = case.read(authoritative)
    for i, (name, rdtype) in enumerate(found.asked):
        if rdtype == "SOA":
            continue  # serials differ for a while after every change
        known = [(view, said_by(view.answers[i], rdtype)) for view in found.servers]
        first = next(((view, said) for view, said in known if said is not None), None)
        other = next(
            ((v, said) for v, said in known if first and said is not None and said != first[1]), None
        )
        if first is None or other is None:
            continue
        yield case.finding(
            "{rdtype} at {name}: the name server {first} says {this}, but {other} says {that}",
            rdtype=rdtype,
            name=name,
            first=first[0].host,
            this=shown(first[1]),
            other=other[0].host,
            that=shown(other[1]),
            at=[DnsQuestion(name, rdtype, view.server) for view in (first[0], other[0])],
            owner=name,
            remedy=(
                "Wait a few minutes if you have just changed it. Otherwise mend the server that is behind, "
                "or take it out of the NS records and out of the registrar's list."
            ),
        )
