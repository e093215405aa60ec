"""
A report host that consents for everybody.

A record at *._report._dmarc.<host> accepts the reports of every domain. Report services do so; on a host
of your own it lets strangers fill the mailbox.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:d@reports.example"
    example.com.         MX   10 mx.example.com.
    reports.example.  MX  10 mx.reports.example.
    *._report._dmarc.reports.example.  TXT  "v=DMARC1"

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:d@reports.example"
    example.com.         MX   10 mx.example.com.
    reports.example.  MX  10 mx.reports.example.
    example.com._report._dmarc.reports.example.  TXT  "v=DMARC1;"

Unknown on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:d@reports.example"
    example.com.         MX   10 mx.example.com.
    reports.example.  MX  10 mx.reports.example.
    *._report._dmarc.reports.example.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_record import dmarc_record
from mailsetup.walks.report_consent import report_wildcards


@check(
    title="A report host that consents for everybody",
    severity=Severity.INFO,
    codes=["DMARC_RUA_EXTERNAL_WILDCARD"],
    cites=["RFC 9990 section 4"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record, report_wildcards],
)
def outside_reports_wildcard(case: Case) -> Iterator[Finding]:
    for consent in case.read(report_wildcards):
        if consent.given and consent.question is not None:
            yield case.finding(
                "{host} accepts the DMARC reports of every domain, by a wildcard",
                host=consent.host,
                at=consent.question,
                remedy="Nothing to do if {host} belongs to a report service.",
            )
