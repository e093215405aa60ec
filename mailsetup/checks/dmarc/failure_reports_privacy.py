"""
Failure reports may carry the contents of letters.

Failure reports (ruf=) can hold headers and text of real letters, also of people who were never forged. Few
receivers send them. Read them where such data may be kept, or leave ruf= out.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com; ruf=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record, tag_evidence
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="Failure reports may carry the contents of letters",
    severity=Severity.INFO,
    codes=["DMARC_RUF_PRIVACY"],
    cites=["RFC 9991", "RFC 9989 section 10.2"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    yields_to=["dmarc/failure-reports-of-suffix", "dmarc/outside-failure-reports-unauthorized"],
)
def failure_reports_privacy(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    if own.record is not None and own.record.failure_reports:
        yield case.finding(
            "failure reports (ruf=) may bring the contents of letters to {address}",
            address=own.record.failure_reports[0].address or own.record.failure_reports[0].uri,
            at=tag_evidence(own, "ruf"),
            remedy="Keep ruf= only while somebody works with these reports.",
            fix=amended_record(own, drop=("ruf", "fo")),
        )
