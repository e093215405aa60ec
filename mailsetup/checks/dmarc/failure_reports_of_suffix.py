"""
Failure reports asked for by a public suffix.

Receivers must not send failure reports for a record with psd=y: they would show a registry the mail of
its customers.

Fires on co.uk:

    _dmarc.co.uk.  TXT  "v=DMARC1; p=reject; psd=y; rua=mailto:d@co.uk; ruf=mailto:d@co.uk"
    co.uk.  A  9.9.9.9

Silent on co.uk:

    _dmarc.co.uk.  TXT  "v=DMARC1; p=reject; psd=y"

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record, tag_evidence
from mailsetup.checks._silence import dmarc_is_plain
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.mail_records import Psd
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="Failure reports asked for by a public suffix",
    severity=Severity.INFO,
    codes=["DMARC_RUF_PSD"],
    cites=["RFC 9991 section 3"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    silent_where=dmarc_is_plain,
)
def failure_reports_of_suffix(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    if own.record is not None and own.record.psd is Psd.YES and own.record.failure_reports:
        yield case.finding(
            "failure reports (ruf=) are never sent for a record with psd=y",
            at=tag_evidence(own, "ruf"),
            remedy="Leave ruf= out.",
            fix=amended_record(own, drop=("ruf", "fo")),
        )
