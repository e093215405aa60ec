"""
More than two report addresses.

Receivers should send to every address; older ones promised only two. Put the important ones first.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:a@example.com,mailto:b@example.com,mailto:c@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:a@example.com,mailto:b@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import tag_evidence
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="More than two report addresses",
    severity=Severity.INFO,
    codes=["DMARC_RUA_MANY"],
    cites=["RFC 9989 appendix C.7"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
)
def many_report_addresses(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    count = len(own.record.aggregate_reports) if own.record is not None else 0
    if count > 2:
        yield case.finding(
            "rua= names {count} addresses; older receivers send to the first two only",
            count=count,
            at=tag_evidence(own, "rua"),
            remedy="Put the two addresses that matter first.",
        )
