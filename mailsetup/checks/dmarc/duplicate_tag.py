"""
A tag twice in the DMARC record.

A tag must stand in a record once; by the rules a list with a repeated tag is invalid as a whole. Some receivers
discard the record, so that the domain has no policy there, others take the first tag or the last.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com; p=none"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; sp=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record
from mailsetup.checks._silence import dmarc_has_no_fault
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="A tag twice in the DMARC record",
    severity=Severity.ERROR,
    codes=["DMARC_DUP_TAG"],
    cites=["RFC 6376 section 3.2"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    silent_where=dmarc_has_no_fault,
)
def duplicate_tag(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    for fault in own.faults("DMARC_DUP_TAG")[:1]:
        yield case.finding(
            "the tag {name} stands in the record twice; receivers may discard the whole record",
            name=own.text[slice(*fault.span)].partition("=")[0].strip(),
            at=own.evidence(fault.span),
            remedy="Keep the one that is meant.",
            fix=amended_record(own),
        )
