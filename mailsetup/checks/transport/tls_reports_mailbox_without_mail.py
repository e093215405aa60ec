"""
TLS reports go to a domain that takes no mail.

The mailbox's domain has neither an MX record nor an address, or says with a null MX that it takes no
mail; every report bounces.

Fires on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=mailto:tls@reports.example.com"

Silent on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=mailto:tls@reports.example.com"
    reports.example.com.     A    9.9.9.9

Unknown on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=mailto:tls@reports.example.com"
    reports.example.com.     TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.tls_rpt import tls_report_hosts, tls_reporting


@check(
    title="TLS reports go to a domain that takes no mail",
    severity=Severity.ERROR,
    codes=["TLSRPT_RUA_NO_MX"],
    reads=[tls_reporting, tls_report_hosts],
    cites=["RFC 5321 section 5.1", "RFC 7505 section 3"],
)
def tls_reports_mailbox_without_mail(case: Case) -> Iterator[Finding]:
    reporting = case.read(tls_reporting)
    for host, use in case.read(tls_report_hosts):
        if use.none:
            yield case.finding(
                "TLS reports are to go to {host}, which takes no mail",
                host=host,
                owner=reporting.found.question.name,
                at=(reporting.found.question, *use.questions),
                remedy="Name a mailbox at a domain that takes mail.",
            )
