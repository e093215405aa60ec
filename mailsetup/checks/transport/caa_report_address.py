"""
An iodef property of CAA that nobody can report to.

Authorities tell it who asked for a certificate in vain; it must be a mailto: or an http(s) address.

Fires on (options: deep):

    example.com.  CAA  0 iodef "security@example.com"

Silent on (options: deep):

    example.com.  CAA  0 iodef "mailto:security@example.com"

Unknown on (options: deep):

    example.com.  TIMEOUT CAA
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.caa import caa_records


@check(
    title="CAA reports cannot be delivered",
    severity=Severity.WARNING,
    codes=["CAA_IODEF"],
    reads=[caa_records],
    cites=["RFC 8659 section 4.4"],
    opt_in="deep",
)
def caa_report_address(case: Case) -> Iterator[Finding]:
    caa = case.read(caa_records)
    for value in caa.values("iodef"):
        if not value.lower().startswith(("mailto:", "https://", "http://")):
            yield case.finding(
                'the CAA property iodef "{value}" is no address that authorities can report to',
                value=value[:80],
                at=caa.question,
                remedy="Write mailto: before a mail address, or use an https:// address.",
            )
