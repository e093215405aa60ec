"""
Broken pieces in the TLS reporting record.

Fields are name=value without blanks around "=", with one semicolon between two. Some senders pass over what is not;
others pass over the whole record, and send no reports.

Fires on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1;; rua=mailto:tls-reports@example.com"

Fires on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=mailto:tls-reports@example.com; note"

Fires on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua = mailto:tls-reports@example.com"

Fires on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=mailto:tls-reports@example.com,"

Silent on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1 ;rua=mailto:tls-reports@example.com ,  https://reports.example.net/ ; 1.x-y_z=a:b;"

Unknown on:

    _smtp._tls.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import tls_reporting_is_sound
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.tls_rpt import tls_reporting


@check(
    title="Broken pieces in the TLS reporting record",
    severity=Severity.WARNING,
    codes=["TLSRPT_SYNTAX"],
    reads=[tls_reporting],
    cites=["RFC 8460 section 3"],
    yields_to=["transport/tls-reports-address-missing"],
    silent_where=tls_reporting_is_sound,
)
def tls_reports_syntax(case: Case) -> Iterator[Finding]:
    reporting = case.read(tls_reporting)
    for fault in reporting.faults("TLSRPT_SYNTAX")[:1]:
        uris = ",".join(str(uri) for uri in reporting.record.reports) if reporting.record is not None else ""
        yield case.finding(
            "some senders pass over the TLS reporting record of {domain}: {fault}",
            domain=case.domain,
            fault=fault.text,
            at=reporting.found.evidence(fault.span),
            remedy="Publish the record with its version and rua= alone.",
            fix=Fix(reporting.found.question.name, "TXT", (presentation(f"v=TLSRPTv1; rua={uris}"),))
            if uris
            else None,
        )
