"""
More than one DMARC record.

Receivers that find several records at one name discard all of them, as if there were none. Other
TXT records beside the one DMARC record do no harm.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
    _dmarc.example.com.  TXT  "v=DMARC1; p=none"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    _dmarc.example.com.  TXT  "checked-by=somebody"

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import mildest
from mailsetup.checks._silence import one_dmarc_record
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="More than one DMARC record",
    severity=Severity.ERROR,
    codes=["DMARC_MULTIPLE"],
    cites=["RFC 9989 section 4.10"],
    reads=[dmarc_record],
    silent_where=one_dmarc_record,
)
def multiple(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    if len(own.candidates) > 1:
        yield case.finding(
            "{name} has {count} DMARC records; receivers discard them all",
            name=own.question.name,
            count=len(own.candidates),
            at=own.evidence(),
            remedy=(
                "Keep one record and delete the others. None of them counts today, so begin with the one that asks "
                "for least, and read its reports."
            ),
            fix=Fix(own.owner, "TXT", (presentation(mildest(own.candidates)),)),
        )
