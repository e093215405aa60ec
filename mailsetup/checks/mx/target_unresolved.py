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
from mailsetup.checks._silence import mail_hosts_are_sound
from mailsetup.checks._when import receives_mail
from mailsetup.grammar.public_suffix import ends_in_listed_label
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import Outcome, present
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.model.names import labels
from mailsetup.walks.addresses import is_address_literal
from mailsetup.walks.mx_hosts import mx_hosts
from mailsetup.walks.mx_records import mx_records

WHOLE_NAME = 3  # labels of a mail host as services write it; mx1.info before a domain may be meant so


@check(
    title="An MX record names a host without an address",
    severity=Severity.ERROR,
    applies_to=receives_mail,
    codes=["MX_TARGET_UNRESOLVED"],
    reads=[mx_hosts, mx_records],
    cites=["RFC 5321 section 5.1"],
    silent_where=mail_hosts_are_sound,
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
        typed = typed_name(exchange, case.domain) if gone else ""
        if typed:
            yield _doubled(case, exchange, typed)
            continue
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


def typed_name(exchange: str, domain: str) -> str:
    """What was typed, if a panel put the domain behind a whole host name or an address; else ``""``."""
    typed = exchange.removesuffix(f".{domain}")
    if typed == exchange:
        return ""
    whole = len(labels(typed)) >= WHOLE_NAME and ends_in_listed_label(typed)
    return typed if whole or is_address_literal(typed) else ""


def _doubled(case: Case, exchange: str, typed: str) -> Finding:
    """The finding about an exchange with the domain behind it, where it does not belong."""
    mx, address = case.read(mx_records), is_address_literal(typed)
    meant = (r._replace(exchange=typed) if r.exchange == exchange else r for r in mx.records)
    return case.finding(
        "the mail host {exchange} does not exist: {domain} was put behind {typed}",
        exchange=exchange,
        typed=typed,
        domain=case.domain,
        owner=case.domain,
        at=(*places(exchange), mx.question),
        remedy="Give the server a name, such as mail.{domain} with an A record for {typed}, and put that name into the MX "
        "record."
        if address
        else "Name {typed} in the MX record; in a panel that puts {domain} behind it, end the name with a dot.",
        fix=None
        if address
        else Fix(case.domain, "MX", tuple(dict.fromkeys(present(r, "MX") for r in meant))),
    )
