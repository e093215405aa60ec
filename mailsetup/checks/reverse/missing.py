"""
An IPv4 address that mail is sent from has no reverse name.

Many receivers refuse mail from such an address. The reverse name is set where the address comes from: at the
hoster or Internet provider. For an address that may only take mail it is a note.

Fires on (options: deep):

    example.com.              TXT  "v=spf1 ip4:9.9.9.10 -all"

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

from mailsetup.checks._reverse import lowered, reversed_addresses, used_for
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.reverse import mx_reverse, sending_reverse
from mailsetup.walks.spf_record import spf_record


@check(
    title="An address without a reverse name",
    severity=Severity.ERROR,
    codes=["PTR_MISSING"],
    reads=[sending_reverse, mx_reverse, spf_record],
    cites=["RFC 1912 section 2.1"],
    opt_in="deep",
)
def missing(case: Case) -> Iterator[Finding]:
    for reverse, sends in reversed_addresses(case):
        if ":" not in reverse.address and reverse.answer.absent:
            yield case.finding(
                "{address} ({use}) has no reverse name",
                address=reverse.address,
                use=used_for(reverse),
                severity=lowered(Severity.ERROR, sends=sends),
                at=reverse.question,
                remedy="Ask the hoster of {address} to set its reverse name (PTR) to the mail server's own name.",
            )
