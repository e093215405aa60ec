"""
A size limit on a report address.

Limits such as "!10m" after an address are gone from the standard; newer receivers pass over them, and
some skip the address.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com!10m"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc%21ten@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import dmarc_has_no_fault
from mailsetup.checks._when import publishes_dmarc
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="A size limit on a report address",
    severity=Severity.WARNING,
    codes=["DMARC_RUA_SIZE_SUFFIX"],
    cites=["RFC 9989 section 4.8", "RFC 9989 appendix C.4"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    silent_where=dmarc_has_no_fault,
)
def report_size_limit(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    faults = own.faults("DMARC_RUA_SIZE_SUFFIX")
    if faults:
        text = own.text
        for fault in reversed(faults):
            text = text[: fault.span[0]] + text[fault.span[1] :]
        yield case.finding(
            "the size limit {limit} after a report address no longer exists",
            limit=own.text[slice(*faults[0].span)],
            at=own.evidence(faults[0].span),
            remedy="Leave the limit out.",
            fix=Fix(own.owner, "TXT", (presentation(text),)),
        )
