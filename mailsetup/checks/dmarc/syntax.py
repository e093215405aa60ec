"""
Broken pieces in the DMARC record.

Receivers pass over what is not of the form name=value, and use the default of the tag that was
meant. Some older ones discard the whole record.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com; bogus"
    example.com.         MX   10 mx.example.com.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject;; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p = quarantine ;np=reject; rua=mailto:dmarc@example.com;"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="Broken pieces in the DMARC record",
    severity=Severity.WARNING,
    codes=["DMARC_SYNTAX"],
    cites=["RFC 9989 section 4.8"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
)
def syntax(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    faults = own.faults("DMARC_SYNTAX")
    if faults:
        yield case.finding(
            'the DMARC record has broken pieces ({count}); the first is "{piece}"',
            count=len(faults),
            piece=own.text[slice(*faults[0].span)],
            at=own.evidence(faults[0].span),
            remedy="Publish the record without them.",
            fix=amended_record(own),
        )
