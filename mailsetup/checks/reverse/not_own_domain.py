"""
The reverse name of a sending address stands in another's domain.

That is common at hosters and hurts little. A name in one's own domain says clearer whose mail it is.

Fires on (options: deep):

    example.com.              TXT  "v=spf1 ip4:9.9.9.10 -all"
    10.9.9.9.in-addr.arpa.    PTR  mail.example.net.
    mail.example.net.         A    9.9.9.10

Silent on (options: deep):

    example.com.              TXT  "v=spf1 ip4:9.9.9.10 -all"
    10.9.9.9.in-addr.arpa.    PTR  mail.example.com.
    mail.example.com.         A    9.9.9.10

Unknown on (options: deep):

    example.com.              TXT  "v=spf1 ip4:9.9.9.10 -all"
    10.9.9.9.in-addr.arpa.    TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._reverse import reversed_addresses, used_for
from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.reverse import mx_reverse, sending_reverse
from mailsetup.walks.spf_record import spf_record


@check(
    title="A reverse name in another's domain",
    severity=Severity.INFO,
    codes=["PTR_NOT_OWN_DOMAIN"],
    reads=[sending_reverse, mx_reverse, spf_record],
    cites=["RFC 8601 section 3"],
    opt_in="deep",
)
def not_own_domain(case: Case) -> Iterator[Finding]:
    own = organizational_domain(case.domain)
    for reverse, sends in reversed_addresses(case):
        if sends and reverse.confirmed and all(organizational_domain(n) != own for n in reverse.confirmed):
            yield case.finding(
                "{address} ({use}) is named {name}, which is not in {domain}",
                address=reverse.address,
                use=used_for(reverse),
                name=reverse.confirmed[0],
                domain=own,
                at=reverse.places,
                remedy="If the server is yours alone, ask the hoster for a reverse name in {domain}.",
            )
