"""
A TLS reporting record that does not begin with v=TLSRPTv1.

The version comes first, letter by letter; a record that begins otherwise is passed over, so no
reports are sent.

Fires on:

    _smtp._tls.example.com.  TXT  "v=TLSRPT1; rua=mailto:tls-reports@example.com"

Fires on:

    _smtp._tls.example.com.  TXT  "rua=mailto:tls-reports@example.com"

Silent on:

    _smtp._tls.example.com.  TXT  "v=TLSRPTv1;rua=mailto:tls-reports@example.com"

Silent on:

    *.example.com.  TXT  "v=spf1 -all"

Unknown on:

    _smtp._tls.example.com.  TIMEOUT
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailsetup.checks._pasted import WITHOUT_QUOTES, begins_quoted
from mailsetup.checks._silence import tls_reporting_is_sound
from mailsetup.grammar.tls_rpt import parse_tls_rpt
from mailsetup.grammar.txt import presentation, unquoted
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.labelled_text import LabelledText
from mailsetup.walks.tls_rpt import tls_reporting

_VERSION = re.compile(r"v\s*=\s*tls-?rpt(?:v?1)?", re.IGNORECASE)


@check(
    title="A TLS reporting record does not begin with v=TLSRPTv1",
    severity=Severity.ERROR,
    codes=["TLSRPT_VERSION"],
    reads=[tls_reporting],
    cites=["RFC 8460 section 3"],
    silent_where=tls_reporting_is_sound,
)
def tls_reports_version(case: Case) -> Iterator[Finding]:
    found = case.read(tls_reporting).found
    if found.candidates:
        return
    for text in found.others:
        if "tlsrpt" in text.lower() or "rua=" in text.lower().replace(" ", ""):
            yield case.finding(
                'the record at {name} begins with "{start}", not with v=TLSRPTv1; senders pass it over',
                name=found.question.name,
                start=text[:20],
                at=found.evidence(text=text),
                remedy=WITHOUT_QUOTES
                if begins_quoted(text)
                else "Begin the record with v=TLSRPTv1; and let rua= follow.",
                fix=_mended(found, text),
            )


def _mended(found: LabelledText, text: str) -> Fix | None:
    """The record with its version in order, if nothing else is wrong with it."""
    rest = _VERSION.sub("", unquoted(text), count=1).strip(" ;,")
    whole = f"v=TLSRPTv1; {rest}"
    return Fix(found.question.name, "TXT", (presentation(whole),)) if parse_tls_rpt(whole).valid else None
