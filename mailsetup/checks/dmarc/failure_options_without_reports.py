"""
fo= without ruf=.

fo= chooses when single failures are reported to ruf=; without ruf= it is ignored.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com; fo=1"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com; ruf=mailto:dmarc@example.com; fo=1"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record, tag_evidence, value_of
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="fo= without ruf=",
    severity=Severity.INFO,
    codes=["DMARC_FO_WITHOUT_RUF"],
    cites=["RFC 9989 section 4.7"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    yields_to=["dmarc/failure-options-invalid"],
)
def failure_options_without_reports(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    if own.tag("fo") is not None and own.tag("ruf") is None:
        yield case.finding(
            "fo={value} is ignored, since there is no address for failure reports (ruf=)",
            value=value_of(own, "fo"),
            at=tag_evidence(own, "fo"),
            remedy="Leave fo= out; few receivers send failure reports.",
            fix=amended_record(own, drop=("fo",)),
        )
