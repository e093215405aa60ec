"""
A DMARC record without policy and without reports.

With neither a policy (p=) nor a usable address for reports (rua=) receivers do nothing at all: it is
as if the record were not there, and nothing above it takes its place.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; adkim=r"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=none"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record, no_postmaster
from mailsetup.checks._silence import dmarc_has_no_fault
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_record import dmarc_record
from mailsetup.walks.mx_records import mx_records


@check(
    title="A DMARC record without policy and without reports",
    severity=Severity.ERROR,
    codes=["DMARC_P_MISSING_NO_RUA"],
    cites=["RFC 9989 section 4.10.1"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record, mx_records],
    silent_where=dmarc_has_no_fault,
)
def policy_missing_without_reports(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    for fault in own.faults("DMARC_P_MISSING_NO_RUA"):
        yield case.finding(
            "the DMARC record has no policy (p=) and no usable address for reports (rua=); receivers ignore it",
            at=own.evidence(fault.span),
            remedy="Say p=none and where reports go.",
            fix=amended_record(own, p="none")
            if no_postmaster(case)
            else amended_record(own, p="none", rua=f"mailto:postmaster@{case.domain}"),
        )
