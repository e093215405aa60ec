"""
An invalid policy for sub-domains.

An sp= or np= that is not none, quarantine or reject spoils the whole record: with an address for
reports it counts as p=none, without one there is no DMARC at all.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=reject; sp=rejected; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=nxdomain; rua=mailto:dmarc@example.com"
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
from mailsetup.model.message import say
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="An invalid policy for sub-domains",
    severity=Severity.ERROR,
    codes=["DMARC_SP_INVALID"],
    cites=["RFC 9989 section 4.10.1"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    silent_where=dmarc_has_no_fault,
)
def subdomain_policy_invalid(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    faults = own.faults("DMARC_SP_INVALID")
    for fault in faults[:1]:
        reading = "p=none" if own.record is not None and own.record.applies else say("no policy at all")
        broken = own.text[slice(*fault.span)]
        yield case.finding(
            "{broken} is not allowed, and makes receivers read the whole record as {reading}",
            broken=broken,
            reading=reading,
            at=own.evidence(fault.span),
            remedy="Say none, quarantine or reject, or leave the tag out: sub-domains then follow p=.",
            fix=amended_record(own, drop=tuple(own.text[slice(*f.span)][:2].lower() for f in faults)),
        )
