"""
A report address that is not mailto.

Only mailto: is sure to be supported; receivers skip addresses of other schemes.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com,https://example.com/dmarc"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import dmarc_has_no_fault
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="A report address that is not mailto",
    severity=Severity.WARNING,
    codes=["DMARC_RUA_SCHEME"],
    cites=["RFC 9989 section 4.7"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    silent_where=dmarc_has_no_fault,
)
def report_uri_scheme(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    for fault in own.faults("DMARC_RUA_SCHEME")[:1]:
        yield case.finding(
            "{uri} is not a mailto: address; receivers skip it",
            uri=own.text[slice(*fault.span)],
            at=own.evidence(fault.span),
            remedy="Name a mailbox: mailto:name@domain.",
        )
