"""
An MX record that names an alias.

The exchange must be a name with addresses of its own. Some senders refuse an alias, some
count it as a loop, and the certificate then carries another name than the one asked for.

Fires on:

    example.com.       MX     10 mail.example.com.
    mail.example.com.  CNAME  host.example.net.
    host.example.net.  A      9.9.9.10

Silent on:

    example.com.       MX     10 mail.example.com.
    mail.example.com.  A      9.9.9.10
    smtp.example.com.  CNAME  mail.example.com.

Unknown on:

    example.com.       MX       10 mail.example.com.
    mail.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._addresses import address_answer, alias_of, asked_exchanges, sound_hosts
from mailsetup.checks._silence import mail_hosts_are_sound
from mailsetup.checks._when import receives_mail
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnsQuestion
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mx_hosts import mx_hosts
from mailsetup.walks.mx_records import mx_records


@check(
    title="An MX record names an alias",
    severity=Severity.ERROR,
    applies_to=receives_mail,
    codes=["MX_TARGET_CNAME"],
    reads=[mx_hosts, mx_records],
    cites=["RFC 2181 section 10.3", "RFC 5321 section 5.1"],
    silent_where=mail_hosts_are_sound,
)
def target_cname(case: Case) -> Iterator[Finding]:
    if sound_hosts(case):
        return
    for exchange in asked_exchanges(case):
        alias = alias_of(case, exchange)
        if alias is None:
            continue
        target, question = alias
        places = (question, DnsQuestion(case.domain, "MX"))
        if all(address_answer(case, exchange, t).absent for t in ("A", "AAAA")):
            yield case.finding(
                "the mail host {exchange} is an alias of {target}, which has no address: mail to it is lost",
                exchange=exchange,
                target=target,
                at=places,
                remedy=(
                    "Name in the MX record a host that has addresses of its own; delete the one that leads "
                    "nowhere."
                ),
            )
        else:
            yield case.finding(
                "the mail host {exchange} is an alias of {target}; an MX record must name a host with "
                "addresses of its own",
                exchange=exchange,
                target=target,
                at=places,
                remedy=(
                    "Put {target} into the MX record in place of {exchange}, or give {exchange} its own A and "
                    "AAAA records."
                ),
            )
