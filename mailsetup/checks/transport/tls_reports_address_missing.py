"""
A TLS reporting record without an address.

The record says that reports are wanted and not where to send them, so none come.

Fires on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1;"

Fires on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua= , ,"

Silent on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=https://reports.example.net/v1/tls"

Unknown on:

    _smtp._tls.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import tls_reporting_is_sound
from mailsetup.grammar.tls_rpt import report_addresses
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.tls_rpt import tls_reporting


@check(
    title="A TLS reporting record without an address",
    severity=Severity.ERROR,
    codes=["TLSRPT_RUA_MISSING"],
    reads=[tls_reporting],
    cites=["RFC 8460 section 3"],
    silent_where=tls_reporting_is_sound,
)
def tls_reports_address_missing(case: Case) -> Iterator[Finding]:
    found = case.read(tls_reporting).found
    if not found.text or any(piece for _, _, piece in report_addresses(found.text)):
        return
    yield case.finding(
        "the TLS reporting record of {domain} names no address for reports (rua=)",
        domain=case.domain,
        at=found.evidence(),
        remedy="Add rua= with a mailto: or https: address.",
        fix=Fix(
            found.question.name, "TXT", (presentation(f"v=TLSRPTv1; rua=mailto:postmaster@{case.domain}"),)
        ),
    )
