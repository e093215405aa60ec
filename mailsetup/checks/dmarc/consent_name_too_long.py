"""
A report host whose consent cannot be asked.

Consent is asked for at a name made of your domain and the report host. Where it would be longer than a
name can be, 253 characters, consent cannot be confirmed and no report is sent.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=" "mailto:d@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.reports.example"
    example.com.         MX   10 mx.example.com.
    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.reports.example.  MX  10 mx.reports.example.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:d@reports.example"
    example.com.         MX   10 mx.example.com.
    reports.example.  MX  10 mx.reports.example.
    example.com._report._dmarc.reports.example.  TXT  "v=DMARC1;"

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import reports_are_consented
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_record import dmarc_record
from mailsetup.walks.report_consent import report_consent


@check(
    title="A report host whose consent cannot be asked",
    severity=Severity.ERROR,
    codes=["DMARC_RUA_NAME_TOO_LONG"],
    cites=["RFC 9990 section 4", "RFC 1035 section 2.3.4"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record, report_consent],
    silent_where=reports_are_consented,
)
def consent_name_too_long(case: Case) -> Iterator[Finding]:
    for consent in case.read(report_consent):
        if consent.question is None:
            own = case.read(dmarc_record)
            yield case.finding(
                "consent of {host} to reports would have to stand at a name of {length} characters; 253 are possible",
                host=consent.host,
                length=len(consent.name),
                at=own.evidence(),
                remedy="Use a mailbox at a host with a shorter name.",
            )
