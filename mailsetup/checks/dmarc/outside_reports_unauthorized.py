"""
Reports to a stranger who did not consent.

Reports to another organization go out only if it publishes its consent: a TXT record beginning with
v=DMARC1 at <your domain>._report._dmarc.<its domain>. Without it receivers ignore the address. A CNAME or a
wildcard there is as good.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:d@reports.example"
    example.com.         MX   10 mx.example.com.
    reports.example.  MX  10 mx.reports.example.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:d@reports.example"
    example.com.         MX   10 mx.example.com.
    reports.example.  MX  10 mx.reports.example.
    example.com._report._dmarc.reports.example.  TXT  "v=DMARC1;"

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:d@reports.example"
    example.com.         MX   10 mx.example.com.
    reports.example.  MX  10 mx.reports.example.
    example.com._report._dmarc.reports.example.  CNAME  all.reports.example.
    all.reports.example.  TXT  "v=DMARC1"

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:d@mail.example.com"
    example.com.         MX   10 mx.example.com.
    mail.example.com.  MX  10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:d@reports.example"
    example.com.         MX   10 mx.example.com.
    reports.example.  MX  10 mx.reports.example.
    example.com._report._dmarc.reports.example.  SERVFAIL
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import no_postmaster
from mailsetup.checks._silence import reports_are_consented
from mailsetup.checks._when import publishes_dmarc
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.dmarc_mailboxes import dmarc_mailboxes
from mailsetup.walks.dmarc_record import dmarc_record
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.report_consent import report_consent


@check(
    title="Reports to a stranger who did not consent",
    severity=Severity.ERROR,
    codes=["DMARC_RUA_EXTERNAL_UNAUTH"],
    cites=["RFC 9990 section 4"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record, report_consent, dmarc_mailboxes, mx_records],
    silent_where=reports_are_consented,
)
def outside_reports_unauthorized(case: Case) -> Iterator[Finding]:
    for consent in case.read(report_consent):
        refused = "rua" in consent.tags and consent.given is False and not _takes_no_mail(case, consent.host)
        if refused and consent.question is not None:
            yield case.finding(
                "{host} does not consent to receive the reports of {domain}; receivers will not send them there",
                host=consent.host,
                domain=case.domain,
                at=(case.read(dmarc_record).question, consent.question),
                owner=consent.name,
                remedy="Ask whoever runs {host} to publish this record; report services do so for domains added there."
                if no_postmaster(case)
                else "Ask whoever runs {host} to publish this record: report services do so for domains added there, "
                "services with mailboxes for everybody do not. In their place, name a mailbox at {domain} in rua=.",
                fix=Fix(consent.name, "TXT", (presentation("v=DMARC1;"),)),
            )


def _takes_no_mail(case: Case, host: str) -> bool:
    """Whether it is known that reports to a host bounce anyhow: that is told by the check of report mailboxes."""
    return any(box.host == host and box.accepts is False for box in case.read(dmarc_mailboxes))
