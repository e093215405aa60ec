"""
An invalid DMARC policy.

p= is none, quarantine or reject. Any other word makes the record count as p=none when it has an
address for reports, and else not at all.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantined; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=monitor"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=QUARANTINE; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record, value_of
from mailsetup.checks._silence import dmarc_has_no_fault
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.message import say
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="An invalid DMARC policy",
    severity=Severity.ERROR,
    codes=["DMARC_P_INVALID"],
    cites=["RFC 9989 section 4.7", "RFC 9989 section 4.10.1"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    silent_where=dmarc_has_no_fault,
)
def policy_invalid(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    for fault in own.faults("DMARC_P_INVALID"):
        value = value_of(own, "p")
        reading = "p=none" if own.record is not None and own.record.applies else say("no policy at all")
        yield case.finding(
            "p={value} is no DMARC policy; receivers read it as {reading}",
            value=value,
            reading=reading,
            at=own.evidence(fault.span),
            remedy="Say none, quarantine or reject; the safe word until reports were read is none.",
            fix=amended_record(own, p="none"),
        )
