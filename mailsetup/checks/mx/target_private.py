"""
A mail host at an address that the Internet cannot reach.

Private, shared, link-local, documentation and reserved addresses have no meaning outside the
network they are used in. Other servers cannot connect, and may reach a wrong machine of their own.

Fires on:

    example.com.       MX  10 mail.example.com.
    mail.example.com.  A   192.168.1.10

Fires on:

    example.com.       MX  10 mail.example.com.
    mail.example.com.  A   192.0.2.10

Silent on:

    example.com.       MX    10 mail.example.com.
    mail.example.com.  A     9.9.9.10
    mail.example.com.  AAAA  2620:fe::10
    nas.example.com.   A     192.168.1.10
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
from mailsetup.walks.addresses import is_private
from mailsetup.walks.mx_hosts import mx_hosts
from mailsetup.walks.mx_records import mx_records


@check(
    title="A mail host has an address that the Internet cannot reach",
    severity=Severity.ERROR,
    applies_to=receives_mail,
    codes=["MX_TARGET_PRIVATE"],
    reads=[mx_hosts, mx_records],
    cites=["RFC 6890"],
    silent_where=mail_hosts_are_sound,
)
def target_private(case: Case) -> Iterator[Finding]:
    if sound_hosts(case):
        return
    for exchange in asked_exchanges(case):
        for rdtype in ("A", "AAAA"):
            for address in address_answer(case, exchange, rdtype).records:
                if isinstance(address, str) and is_private(address):
                    yield case.finding(
                        "the mail host {exchange} has the address {address}, which cannot be reached over the "
                        "Internet",
                        exchange=exchange,
                        address=address,
                        at=case.evidence(DnsQuestion(exchange, rdtype), quote=address),
                        remedy=(
                            "Give {exchange} its public address in place of {address}, or delete this record."
                        ),
                    )
