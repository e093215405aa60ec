"""
The domain does not exist in DNS.

The servers above it say so (NXDOMAIN). No mail can come to it, and receivers refuse mail that
claims to come from it. A domain that was never registered, has expired, or has no name servers
entered at its registry all look like this.

Fires on:

    example.com.  NXDOMAIN

Fires on shop.example.com:

    example.com.      MX  10 mail.example.com.
    mail.example.com. A   9.9.9.10

Silent on:

    example.com.       MX  10 mail.example.com.
    mail.example.com.  A   9.9.9.10

Unknown on:

    example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import mx_stands_here
from mailsetup.grammar.public_suffix import is_public_suffix
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import Outcome
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.existence import Standing, existence
from mailsetup.walks.mx_records import mx_records


@check(
    title="The domain does not exist",
    severity=Severity.ERROR,
    codes=["NAME_NXDOMAIN"],
    reads=[existence, mx_records],
    cites=["RFC 2308 section 2.1", "RFC 8020"],
    silent_where=mx_stands_here,
)
def does_not_exist(case: Case) -> Iterator[Finding]:
    mx = case.read(mx_records)
    if mx.stands_here:
        return
    there = case.read(existence)
    # Some servers answer NXDOMAIN to a type they do not know; one that knows of MX shows the name to exist.
    if there.standing is not Standing.ABSENT or mx.answer.found or mx.answer.outcome is Outcome.NO_DATA:
        return
    if not there.zone or is_public_suffix(there.zone):
        yield case.finding(
            "{domain} does not exist: the registry knows no name servers for it",
            domain=case.domain,
            at=there.question,
            remedy=(
                "Look for a typing mistake first. Then ask your registrar whether {domain} is registered, has "
                "not expired, and has name servers entered."
            ),
        )
    else:
        yield case.finding(
            "{domain} does not exist: the zone {zone} has no such name",
            domain=case.domain,
            zone=there.zone,
            at=there.question,
            remedy="Look for a typing mistake, or create the records of {domain} at the DNS host of {zone}.",
        )
