"""
A report address that is no URI.

rua= and ruf= hold URIs with commas between: mailto:reports@example.com. A bare address, a semicolon, or a
comma or "!" inside an address makes receivers skip it. Write those two signs as %2C and %21.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com,mailto:second"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:a%2Cb@example.com"
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
    title="A report address that is no URI",
    severity=Severity.ERROR,
    codes=["DMARC_RUA_SYNTAX"],
    cites=["RFC 9989 section 4.6", "RFC 9989 section 4.8"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    silent_where=dmarc_has_no_fault,
)
def report_uri_syntax(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    for fault in own.faults("DMARC_RUA_SYNTAX")[:1]:
        repaired = own.text[: fault.span[0]] + (fault.replacement or "") + own.text[fault.span[1] :]
        yield case.finding(
            '"{uri}" is no address for reports; receivers skip it',
            uri=own.text[slice(*fault.span)],
            at=own.evidence(fault.span),
            remedy="Write each address as mailto:name@domain, with commas between.",
            fix=Fix(own.owner, "TXT", (presentation(repaired),)) if fault.replacement else None,
        )
