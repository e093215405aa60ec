"""
Failure reports to a stranger who did not consent.

Failure reports to another organization need the same consent as aggregate reports: a TXT record at
<your domain>._report._dmarc.<its domain>. Without it receivers ignore the address.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com; ruf=mailto:d@reports.example"
    example.com.         MX   10 mx.example.com.
    reports.example.  MX  10 mx.reports.example.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com; ruf=mailto:d@reports.example"
    example.com.         MX   10 mx.example.com.
    reports.example.  MX  10 mx.reports.example.
    example.com._report._dmarc.reports.example.  TXT  "v=DMARC1;"

Unknown on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com; ruf=mailto:d@reports.example"
    example.com.         MX   10 mx.example.com.
    example.com._report._dmarc.reports.example.  TIMEOUT
    reports.example.  MX  10 mx.reports.example.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import reports_are_consented
from mailsetup.checks._when import publishes_dmarc
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.dmarc_mailboxes import dmarc_mailboxes
from mailsetup.walks.dmarc_record import dmarc_record
from mailsetup.walks.report_consent import report_consent


@check(
    title="Failure reports to a stranger who did not consent",
    severity=Severity.ERROR,
    codes=["DMARC_RUF_EXTERNAL_UNAUTH"],
    cites=["RFC 9991 section 5", "RFC 9990 section 4"],
    applies_to=publishes_dmarc,
    reads=[report_consent, dmarc_record, dmarc_mailboxes],
    silent_where=reports_are_consented,
)
def outside_failure_reports_unauthorized(case: Case) -> Iterator[Finding]:
    for consent in case.read(report_consent):
        refused = (
            consent.tags == ("ruf",) and consent.given is False and not _takes_no_mail(case, consent.host)
        )
        if refused and consent.question is not None:
            yield case.finding(
                "{host} does not consent to receive failure reports of {domain}; receivers will not send them there",
                host=consent.host,
                domain=case.domain,
                at=(case.read(dmarc_record).question, consent.question),
                owner=consent.name,
                remedy="Ask whoever runs {host} to publish this record, or leave ruf= out.",
                fix=Fix(consent.name, "TXT", (presentation("v=DMARC1;"),)),
            )


def _takes_no_mail(case: Case, host: str) -> bool:
    """Whether it is known that reports to a host bounce anyhow: that is told by the check of report mailboxes."""
    return any(box.host == host and box.accepts is False for box in case.read(dmarc_mailboxes))
