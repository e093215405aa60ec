"""
An invalid alignment mode.

adkim= and aspf= are r (relaxed) or s (strict); anything else counts as r.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; adkim=strict; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; adkim=r; aspf=R; rua=mailto:dmarc@example.com"
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
    title="An invalid alignment mode",
    severity=Severity.WARNING,
    codes=["DMARC_ADKIM_INVALID"],
    cites=["RFC 9989 section 4.7"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    silent_where=dmarc_has_no_fault,
)
def alignment_invalid(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    for fault in own.faults("DMARC_ADKIM_INVALID")[:1]:
        written = own.text[slice(*fault.span)]
        name = written.partition("=")[0].strip().lower()
        yield case.finding(
            "{written} is not allowed; receivers use the default, r (relaxed)",
            written=written,
            at=own.evidence(fault.span),
            remedy="Leave the tag out for relaxed alignment, the right mode for most; s is strict.",
            fix=amended_record(own, drop=(name,)),
        )
