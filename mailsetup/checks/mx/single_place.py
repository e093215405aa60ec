"""
All mail hosts in one place.

Mail waits at the senders while that one host or network is down; most keep trying for days.
That is enough for many, so this is only worth knowing. A host with addresses in several
networks is not one place.

Fires on:

    example.com.       MX  10 mail.example.com.
    mail.example.com.  A   9.9.9.10

Fires on:

    example.com.        MX  10 mail.example.com.
    example.com.        MX  20 mail2.example.com.
    mail.example.com.   A   9.9.9.10
    mail2.example.com.  A   9.9.9.11

Silent on:

    example.com.       MX  10 mail.example.com.
    mail.example.com.  A   9.9.9.10
    mail.example.com.  A   149.112.112.10

Silent on:

    example.com.        MX  10 mail.example.com.
    example.com.        MX  20 mail2.example.com.
    mail.example.com.   A   9.9.9.10
    mail2.example.com.  A   149.112.112.10
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._addresses import address_answer, asked_exchanges, sound_hosts
from mailsetup.checks._when import receives_mail
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnsQuestion
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.addresses import networks
from mailsetup.walks.mx_hosts import mx_hosts
from mailsetup.walks.mx_records import mx_records


@check(
    title="All mail hosts are in one place",
    severity=Severity.INFO,
    applies_to=receives_mail,
    codes=["MX_SINGLE"],
    reads=[mx_hosts, mx_records],
    cites=["RFC 5321 section 5.1"],
    yields_to=["mx/target-ip", "mx/target-localhost", "mx/target-private", "mx/target-unresolved"],
)
def single_place(case: Case) -> Iterator[Finding]:
    if len(networks(a for host in sound_hosts(case) for a in host.addresses if ":" not in a)) > 1:
        return
    exchanges = asked_exchanges(case)
    questions = sorted(
        (DnsQuestion(e, "A") for e in exchanges), key=lambda q: not getattr(case.answer(q), "found", False)
    )
    found: set[str] = set()
    for question in questions:
        answer = address_answer(case, question.name, "A")
        found.update(networks(r for r in answer.records if isinstance(r, str)))
        if len(found) > 1:
            return
    if len(found) != 1:
        return  # hosts with IPv6 only, or none: others tell
    mx = case.read(mx_records)
    if len(exchanges) == 1:
        yield case.finding(
            "{exchange} is the only mail host of {domain}, at one address or network ({network})",
            exchange=exchanges[0],
            domain=case.domain,
            network=next(iter(found)),
            at=(mx.question, *questions),
        )
    else:
        yield case.finding(
            "all {count} mail hosts of {domain} stand in one network ({network})",
            count=len(exchanges),
            domain=case.domain,
            network=next(iter(found)),
            at=(mx.question, *questions),
        )
