"""
The DMARC policy does not stand right after the version.

The order of tags is free today, but receivers that still read by RFC 7489 want p= right after
v=DMARC1 and may discard the record.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; np=reject; p=quarantine; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record, value_of
from mailsetup.checks._silence import dmarc_is_plain
from mailsetup.checks._when import publishes_dmarc
from mailsetup.grammar.dmarc import read_as_7489
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="The DMARC policy does not stand right after the version",
    severity=Severity.INFO,
    codes=["DMARC_P_NOT_SECOND"],
    cites=["RFC 7489 section 6.3"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    silent_where=dmarc_is_plain,
)
def policy_not_second(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    for fault in read_as_7489(own.text).faults:
        if fault.code == "DMARC_P_NOT_SECOND":
            yield case.finding(
                "p= does not stand right after v=DMARC1; older receivers may discard the record",
                at=own.evidence(fault.span),
                remedy="Move p= to the second place.",
                fix=amended_record(own, drop=("p",), p=value_of(own, "p")),
            )
