"""
A TLS report address holds a comma, semicolon, exclamation mark or another character that must be escaped.

Inside an address these are written as %2C, %3B and %21; as they stand they end the address, and the
report goes astray.

Fires on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=mailto:tls!reports@example.com"

Fires on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=https://reports.example.net/a,b"

Silent on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=mailto:tls%21reports@example.com,https://reports.example.net/a%2Cb"

Unknown on:

    _smtp._tls.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import tls_reporting_is_sound
from mailsetup.grammar.tls_rpt import is_spelt_well, report_addresses
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.tls_rpt import tls_reporting


@check(
    title="A TLS report address holds characters that must be escaped",
    severity=Severity.WARNING,
    codes=["TLSRPT_RUA_ESCAPE"],
    reads=[tls_reporting],
    cites=["RFC 8460 section 3"],
    silent_where=tls_reporting_is_sound,
)
def tls_reports_unescaped(case: Case) -> Iterator[Finding]:
    found = case.read(tls_reporting).found
    for tag, number, piece in report_addresses(found.text):
        known_scheme = piece.lower().startswith(("mailto:", "https://"))
        continues = number and piece and "@" not in piece and "://" not in piece
        if (known_scheme and not is_spelt_well(piece)) or continues:
            yield case.finding(
                'the TLS report address "{uri}" holds a character that must be percent-encoded',
                uri=piece[:80],
                at=found.evidence(tag.span),
                remedy="Write %2C for a comma, %3B for a semicolon and %21 for an exclamation mark.",
            )
