"""
A mail host that means the sender's own machine.

`localhost` and loopback addresses point every sender at itself: the mail loops or is refused.
A domain that takes no mail says so with a null MX instead.

Fires on:

    example.com.  MX  10 localhost.

Fires on:

    example.com.       MX  10 mail.example.com.
    mail.example.com.  A   127.0.0.1

Silent on:

    example.com.             MX  10 localhost-1.example.com.
    localhost-1.example.com. A   9.9.9.10
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._addresses import address_answer, asked_exchanges, sound_hosts
from mailsetup.checks._silence import mail_hosts_are_sound
from mailsetup.checks._when import receives_mail
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnsQuestion
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.addresses import is_local_name, is_loopback
from mailsetup.walks.mx_hosts import mx_hosts
from mailsetup.walks.mx_records import mx_records

ADVICE = (
    "Name the real mail host in the MX record. If {domain} takes no mail, publish a null MX "
    "record instead: 0 ."
)


@check(
    title="An MX record points at the sender's own machine",
    severity=Severity.ERROR,
    applies_to=receives_mail,
    codes=["MX_TARGET_LOCALHOST"],
    reads=[mx_hosts, mx_records],
    cites=["RFC 6761 section 6.3", "RFC 7505 section 1"],
    silent_where=mail_hosts_are_sound,
)
def target_localhost(case: Case) -> Iterator[Finding]:
    if sound_hosts(case):
        return
    mx = case.read(mx_records)
    for exchange in mx.exchanges:
        if is_local_name(exchange):
            yield case.finding(
                'the MX record names "{exchange}", which every sender takes for its own machine',
                exchange=exchange,
                domain=case.domain,
                at=case.evidence(mx.question, quote=exchange),
                remedy=ADVICE,
            )
    for exchange in asked_exchanges(case):
        for rdtype in ("A", "AAAA"):
            for address in address_answer(case, exchange, rdtype).records:
                if isinstance(address, str) and is_loopback(address):
                    yield case.finding(
                        "the mail host {exchange} has the address {address}, which every sender takes for its own "
                        "machine",
                        exchange=exchange,
                        address=address,
                        domain=case.domain,
                        at=case.evidence(DnsQuestion(exchange, rdtype), quote=address),
                        remedy=ADVICE,
                    )
