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

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; foo=; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject;\\010rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p = quarantine ;np=reject; rua=mailto:dmarc@example.com;"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record, joined_addresses
from mailsetup.checks._silence import dmarc_has_no_fault
from mailsetup.checks._when import publishes_dmarc
from mailsetup.grammar.dmarc import parse_dmarc
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="Broken pieces in the DMARC record",
    severity=Severity.WARNING,
    codes=["DMARC_SYNTAX"],
    cites=["RFC 9989 section 4.8"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    silent_where=dmarc_has_no_fault,
)
def syntax(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    faults = own.faults("DMARC_SYNTAX")
    if not faults:
        return
    first = own.text[slice(*faults[0].span)]
    joined = joined_addresses(own.text)
    if len(faults) == 1 and joined != own.text and parse_dmarc(joined).valid:
        yield case.finding(
            'the report address "{piece}" stands behind a semicolon, where nobody reads it',
            piece=first,
            at=own.evidence(faults[0].span),
            remedy="Put a comma between the addresses of one tag.",
            fix=Fix(own.owner, "TXT", (presentation(joined),)),
        )
        return
    yield case.finding(
        'the DMARC record has broken pieces ({count}); the first is "{piece}"',
        count=len(faults),
        piece=first,
        at=own.evidence(faults[0].span),
        remedy="Publish the record without them.",
        fix=amended_record(own, drop=tuple(name for name, value in own.record.unknown if not value)),
    )
