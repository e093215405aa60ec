"""
Invalid failure options.

fo= holds 0 or 1 (not both), d and s, each once, with colons between; anything else counts as 0.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com; fo=0:1"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com; ruf=mailto:dmarc@example.com; fo=1:d:s"
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
    title="Invalid failure options",
    severity=Severity.WARNING,
    codes=["DMARC_FO_INVALID"],
    cites=["RFC 9989 section 4.7", "RFC 9989 section 4.8"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    silent_where=dmarc_has_no_fault,
)
def failure_options_invalid(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    for fault in own.faults("DMARC_FO_INVALID")[:1]:
        written = own.text[slice(*fault.span)]
        name = written.partition("=")[0].strip().lower()
        yield case.finding(
            "{written} is not allowed; receivers use the default, fo=0",
            written=written,
            at=own.evidence(fault.span),
            remedy="Say fo=1 to learn of every failure, or leave fo= out.",
            fix=amended_record(own, drop=(name,)),
        )
