"""
A consent record that names another host.

A consent record may put another address in place of yours, but only at the same host. With another host
in it receivers send to neither.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:d@reports.example"
    example.com.         MX   10 mx.example.com.
    reports.example.  MX  10 mx.reports.example.
    example.com._report._dmarc.reports.example.  TXT  "v=DMARC1; rua=mailto:d@elsewhere.example"

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:d@reports.example"
    example.com.         MX   10 mx.example.com.
    reports.example.  MX  10 mx.reports.example.
    example.com._report._dmarc.reports.example.  TXT  "v=DMARC1; rua=mailto:other@reports.example"

Unknown on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:d@reports.example"
    example.com.         MX   10 mx.example.com.
    reports.example.  MX  10 mx.reports.example.
    example.com._report._dmarc.reports.example.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import reports_are_consented
from mailsetup.checks._when import publishes_dmarc
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.dmarc_record import dmarc_record
from mailsetup.walks.report_consent import report_consent


@check(
    title="A consent record that names another host",
    severity=Severity.WARNING,
    codes=["DMARC_RUA_EXTERNAL_OVERRIDE"],
    cites=["RFC 9990 section 4"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record, report_consent],
    silent_where=reports_are_consented,
)
def outside_reports_override(case: Case) -> Iterator[Finding]:
    for consent in case.read(report_consent):
        others = [host for host in consent.overrides if host != consent.host]
        if others and consent.question is not None:
            yield case.finding(
                "the consent of {host} sends reports on to {other}; receivers then send to neither",
                host=consent.host,
                other=others[0],
                at=consent.question,
                remedy="Ask whoever runs {host} to name an address at {host} itself, or none.",
                fix=Fix(consent.name, "TXT", (presentation("v=DMARC1;"),)),
            )
