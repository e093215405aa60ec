"""
No policy in the DMARC record.

A record without p= counts as p=none when it has an address for reports; older receivers discard it
altogether.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record
from mailsetup.checks._silence import dmarc_has_no_fault
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="No policy in the DMARC record",
    severity=Severity.WARNING,
    codes=["DMARC_P_MISSING"],
    cites=["RFC 9989 section 4.7", "RFC 9989 section 4.10.1"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    silent_where=dmarc_has_no_fault,
)
def policy_missing(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    for fault in own.faults("DMARC_P_MISSING"):
        yield case.finding(
            "the DMARC record has no policy (p=); newer receivers read p=none, older ones discard the record",
            at=own.evidence(fault.span),
            remedy="Say p=none while you watch the reports, later quarantine or reject.",
            fix=amended_record(own, p="none"),
        )
