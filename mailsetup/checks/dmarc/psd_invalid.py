"""
An invalid psd=.

psd= is y, n or u; anything else counts as u, and receivers climb the tree as without it.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; psd=no; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; psd=u; rua=mailto:dmarc@example.com"
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
    title="An invalid psd=",
    severity=Severity.WARNING,
    codes=["DMARC_PSD_INVALID"],
    cites=["RFC 9989 section 4.7"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    silent_where=dmarc_has_no_fault,
)
def psd_invalid(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    for fault in own.faults("DMARC_PSD_INVALID")[:1]:
        written = own.text[slice(*fault.span)]
        name = written.partition("=")[0].strip().lower()
        yield case.finding(
            "{written} is not allowed; receivers use the default, psd=u",
            written=written,
            at=own.evidence(fault.span),
            remedy="Leave psd= out; ordinary domains need none.",
            fix=amended_record(own, drop=(name,)),
        )
