"""
No address for DMARC reports.

Without rua= no receiver says who sends in the domain's name, and what of your own mail fails. A domain
that says it neither sends nor takes mail can do without.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    example.com.  MX  0 .
    example.com.  TXT  "v=spf1 -all"
    _dmarc.example.com.  TXT  "v=DMARC1; p=reject"

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record, no_postmaster
from mailsetup.checks._when import publishes_dmarc, sends_nothing
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnsQuestion
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_record import dmarc_record
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.spf_record import spf_record


@check(
    title="No address for DMARC reports",
    severity=Severity.WARNING,
    codes=["DMARC_RUA_MISSING"],
    cites=["RFC 9989 section 4.7"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record, mx_records, spf_record],
    yields_to=["dmarc/parked"],
)
def reports_missing(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    if own.tag("rua") is not None or own.record is None or not own.record.applies or sends_nothing(case):
        return
    yield case.finding(
        "the DMARC record names no address for reports (rua=): nobody tells you whose mail fails",
        at=(own.evidence(), DnsQuestion(case.domain, "TXT"), DnsQuestion(case.domain, "MX")),
        remedy="Add rua= with a mailbox that exists and is read, by you or by a service that makes sense of the reports.",
        fix=None if no_postmaster(case) else amended_record(own, rua=f"mailto:postmaster@{case.domain}"),
    )
