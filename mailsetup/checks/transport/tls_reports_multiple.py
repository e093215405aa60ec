"""
More than one TLS reporting record.

Senders then act as if there were none: nobody reports anything. Several addresses belong into one
record, separated by commas.

Fires on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=mailto:a@example.com"
    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=mailto:b@example.net"

Silent on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=mailto:a@example.com,mailto:b@example.net"
    _smtp._tls.example.com.  TXT  "a note for people"

Unknown on:

    _smtp._tls.example.com.  SERVFAIL
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
    title="More than one TLS reporting record",
    severity=Severity.ERROR,
    codes=["TLSRPT_MULTIPLE"],
    reads=[tls_reporting],
    cites=["RFC 8460 section 3"],
    silent_where=tls_reporting_is_sound,
)
def tls_reports_multiple(case: Case) -> Iterator[Finding]:
    found = case.read(tls_reporting).found
    if len(found.candidates) < 2:
        return
    uris = [piece for text in found.candidates for _, _, piece in report_addresses(text) if piece]
    whole = ",".join(dict.fromkeys(uris))
    yield case.finding(
        "{name} holds {count} TLS reporting records; senders then use none of them",
        name=found.question.name,
        count=len(found.candidates),
        at=found.question,
        remedy="Keep one record; write several addresses into it, separated by commas.",
        fix=Fix(found.question.name, "TXT", (presentation(f"v=TLSRPTv1; rua={whole}"),)) if whole else None,
    )
