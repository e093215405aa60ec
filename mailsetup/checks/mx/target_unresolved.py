"""
An MX record whose host has no address.

Nothing can be delivered to that host. When every exchange is like that, all mail comes back;
when some are, mail is late each time a sender tries that one first.

Fires on:

    example.com.        MX  10 mail.example.com.
    example.com.        MX  20 backup.example.com.
    mail.example.com.   A   9.9.9.10

Silent on:

    example.com.        MX    10 mail.example.com.
    mail.example.com.   AAAA  2620:fe::10

Unknown on:

    example.com.        MX        10 mail.example.com.
    mail.example.com.   SERVFAIL  A
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._addresses import address_answer, any_addresses, asked_exchanges, places, sound_hosts
from mailsetup.checks._when import receives_mail
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import Outcome
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mx_hosts import mx_hosts
from mailsetup.walks.mx_records import mx_records


@check(
    title="An MX record names a host without an address",
    severity=Severity.ERROR,
    applies_to=receives_mail,
    codes=["MX_TARGET_UNRESOLVED"],
    reads=[mx_hosts, mx_records],
    cites=["RFC 5321 section 5.1"],
)
def target_unresolved(case: Case) -> Iterator[Finding]:
    if sound_hosts(case):
        return
    mx = case.read(mx_records)
    for exchange in asked_exchanges(case):
        if any_addresses(case, exchange):
            continue
        answers = [address_answer(case, exchange, t) for t in ("A", "AAAA")]
        if any(a.aliases for a in answers) or not all(a.absent for a in answers):
            continue  # an alias that leads nowhere is told by the check of aliases
        gone = all(a.outcome is Outcome.NO_NAME for a in answers)
        yield case.finding(
            "the mail host {exchange} does not exist" if gone else "the mail host {exchange} has no address",
            exchange=exchange,
            domain=case.domain,
            owner=case.domain,
            at=(*places(exchange), mx.question),
            remedy=(
                "Correct the name in the MX record of {domain}, give {exchange} an A or AAAA record, or "
                "delete that MX record."
            ),
        )
