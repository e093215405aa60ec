"""
MTA-STS without TLS reports.

A policy can stop mail; TLS reports tell when it does, and that a move from testing to enforce is safe.

Fires on:

    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10

Silent on:

    _mta-sts.example.com.    TXT  "v=STSv1; id=1"
    mta-sts.example.com.     A    9.9.9.10
    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=mailto:tls-reports@example.com"

Unknown on:

    _mta-sts.example.com.    TXT      "v=STSv1; id=1"
    mta-sts.example.com.     A        9.9.9.10
    _smtp._tls.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._transport import publishes_sts
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.mta_sts import mta_sts_record
from mailsetup.walks.tls_rpt import tls_reporting


@check(
    title="MTA-STS without TLS reports",
    severity=Severity.WARNING,
    applies_to=publishes_sts,
    codes=["STS_NO_TLSRPT"],
    reads=[mta_sts_record, tls_reporting],
    cites=["RFC 8461 section 3"],
    yields_to=["transport/sts-host-missing", "transport/tls-reports-version"],
)
def sts_without_reports(case: Case) -> Iterator[Finding]:
    reporting = case.read(tls_reporting)
    if reporting.found.missing:
        name = reporting.found.question.name
        yield case.finding(
            "{domain} has an MTA-STS policy but asks for no TLS reports, so nobody would say what it stops",
            domain=case.domain,
            at=(reporting.found.question, case.read(mta_sts_record).found.question),
            remedy="Publish where reports go; use a mailbox that somebody reads, or a reporting service.",
            fix=Fix(name, "TXT", (presentation(f"v=TLSRPTv1; rua=mailto:postmaster@{case.domain}"),)),
        )
