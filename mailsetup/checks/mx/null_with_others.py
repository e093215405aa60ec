"""
A null MX beside other MX records.

The null MX says that the domain takes no mail, the others say where to deliver it. Senders
differ in which they believe: some refuse, some try a host with an empty name.

Fires on:

    example.com.       MX  0 .
    example.com.       MX  10 mail.example.com.
    mail.example.com.  A   9.9.9.10

Silent on:

    example.com.  MX  0 .
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import mx_set_is_plain
from mailsetup.checks._when import publishes_mx
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import present
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.mx_records import mx_records


@check(
    title="A null MX stands beside other MX records",
    severity=Severity.ERROR,
    applies_to=publishes_mx,
    codes=["MX_NULL_WITH_OTHERS"],
    reads=[mx_records],
    cites=["RFC 7505 section 3"],
    silent_where=mx_set_is_plain,
)
def null_with_others(case: Case) -> Iterator[Finding]:
    mx = case.read(mx_records)
    if mx.has_null and mx.exchanges:
        kept = tuple(present(r, "MX") for r in mx.records if r.exchange)
        yield case.finding(
            'the MX records of {domain} hold both "takes no mail" (a null MX) and mail hosts ({exchanges})',
            domain=case.domain,
            exchanges=", ".join(mx.exchanges[:4]),
            at=mx.question,
            remedy=(
                "Delete the record with the exchange . if {domain} takes mail; otherwise delete all the "
                "others."
            ),
            fix=Fix(case.domain, "MX", kept),
        )
