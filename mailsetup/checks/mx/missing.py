"""
No MX record.

Without one, senders deliver to the address of the domain itself (the implicit MX), which is
mostly a web server that takes no mail; without an address too, nobody can write to the domain
at all. A domain that takes mail says where; one that does not says so with a null MX.

Fires on:

    example.com.  A    9.9.9.10
    example.com.  TXT  "v=spf1 -all"

Fires on:

    example.com.  TXT  "v=spf1 -all"

Silent on:

    example.com.       A   9.9.9.10
    example.com.       MX  10 mail.example.com.
    mail.example.com.  A   9.9.9.11

Silent on:

    example.com.  A   9.9.9.10
    example.com.  MX  0 .

Unknown on:

    example.com.  SERVFAIL  MX
    example.com.  A         9.9.9.10
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._addresses import address_answer, any_addresses
from mailsetup.checks._when import sends_nothing
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mx_hosts import mx_hosts
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.spf_record import spf_record

ADVICE = (
    "Publish the MX records your mail provider names (`mailsetup plan` works them out). Only if {domain} "
    "is never to receive mail, say so with one null MX record, 0 . (RFC 7505)."
)

ADVICE_TO_SILENT = (
    "SPF says that {domain} never sends. If it is not to receive mail either, say so with one null MX record, 0 . "
    "(RFC 7505); if it is, publish the MX records your mail provider names (`mailsetup plan` works them out)."
)


@check(
    title="The domain has no MX record",
    severity=Severity.WARNING,
    codes=["MX_MISSING"],
    reads=[mx_hosts, mx_records, spf_record],
    cites=["RFC 5321 section 5.1", "RFC 7505 section 3"],
)
def missing(case: Case) -> Iterator[Finding]:
    mx = case.read(mx_records)
    if not mx.absent:
        return
    addresses = any_addresses(case, case.domain)
    nowhere = not addresses and all(address_answer(case, case.domain, t).absent for t in ("A", "AAAA"))
    yield case.finding(
        "{domain} has no MX record, so mail goes to {addresses}, the address of the domain itself"
        if addresses
        else "{domain} has neither an MX record nor an address: no mail can be delivered to it"
        if nowhere
        else "{domain} has no MX record",
        domain=case.domain,
        addresses=", ".join(addresses[:3]),
        at=mx.question,
        remedy=ADVICE_TO_SILENT if sends_nothing(case) else ADVICE,
    )
