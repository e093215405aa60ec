"""
A TLS report address that is neither mailto: nor https:, or not a whole one.

Senders know only these two ways to deliver a report. A bare mail address lacks the mailto: before it.

Fires on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=tls-reports@example.com"

Fires on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=http://reports.example.net/"

Fires on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=mailto://tls-reports@example.com"

Fires on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=mailto:a@example.com; rua=tls-reports@example.com"

Fires on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=mailto:tls-reports@example.com."

Silent on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=mailto:a@example.com; rua=mailto:b@example.com"

Silent on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=MAILTO:tls-reports@example.com, https://reports.example.net/"

Unknown on:

    _smtp._tls.example.com.  TIMEOUT
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailsetup.checks._silence import tls_reporting_is_sound
from mailsetup.grammar.tag_list import amended
from mailsetup.grammar.tls_rpt import is_report_uri, is_spelt_well, parse_tls_rpt, report_addresses
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.labelled_text import LabelledText
from mailsetup.walks.tls_rpt import tls_reporting

_ADDRESS = re.compile(r"[^@:,;!\s]+@[^@:,;!\s]+\Z")


@check(
    title="TLS reports cannot be sent to an address named for them",
    severity=Severity.ERROR,
    codes=["TLSRPT_RUA_SCHEME"],
    reads=[tls_reporting],
    cites=["RFC 8460 section 3"],
    silent_where=tls_reporting_is_sound,
)
def tls_reports_scheme(case: Case) -> Iterator[Finding]:
    found = case.read(tls_reporting).found
    for tag, number, piece in report_addresses(found.text):
        continues = number and "@" not in piece and "://" not in piece
        if not piece or continues or is_report_uri(piece):
            continue
        if piece.lower().startswith(("mailto:", "https://")):
            if is_spelt_well(piece):
                yield case.finding(
                    'TLS reports cannot be sent to "{uri}": it is no whole address',
                    uri=piece[:80],
                    at=found.evidence(tag.span),
                    remedy="Write mailto: and a mail address, without slashes or a dot at its end, or https:// and the host's name.",
                )
            continue
        yield case.finding(
            'TLS reports cannot be sent to "{uri}": an address begins with mailto: or https://',
            uri=piece[:80],
            at=found.evidence(tag.span),
            remedy="Write mailto: before a mail address, or use an https:// address.",
            fix=_mended(found),
        )


def _mended(found: LabelledText) -> Fix | None:
    """The record with mailto: before bare mail addresses; None where another piece is wrong as well."""
    pieces = [piece for _, _, piece in report_addresses(found.text)]
    meant = [f"mailto:{piece}" if _ADDRESS.match(piece) else piece for piece in pieces]
    text = amended(found.text, rua=",".join(meant))
    return Fix(found.question.name, "TXT", (presentation(text),)) if parse_tls_rpt(text).valid else None
