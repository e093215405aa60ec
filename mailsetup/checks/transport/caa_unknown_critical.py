"""
A critical CAA property that nobody knows.

An authority that does not understand a property marked critical must not issue any certificate: those of the mail
and policy hosts cannot be renewed.

Fires on (options: deep):

    example.com.  CAA  128 tbs "unknown"

Silent on (options: deep):

    example.com.  CAA  128 issue "ca.example.net"

Unknown on (options: deep):

    example.com.  TIMEOUT CAA
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.caa import caa_records

CRITICAL = 128  # RFC 8659 section 4.1, bit 0
KNOWN_TAGS = frozenset(
    {"issue", "issuewild", "iodef", "issuemail", "issuevmc", "contactemail", "contactphone"}
)  # IANA


@check(
    title="A critical CAA property that nobody knows",
    severity=Severity.ERROR,
    codes=["CAA_CRITICAL"],
    reads=[caa_records],
    cites=["RFC 8659 section 4.1"],
    opt_in="deep",
)
def caa_unknown_critical(case: Case) -> Iterator[Finding]:
    caa = case.read(caa_records)
    for record in caa.records:
        if record.flags & CRITICAL and record.tag.lower() not in KNOWN_TAGS:
            yield case.finding(
                'the CAA property "{tag}" is marked critical, and no authority knows it: none may issue a certificate',
                tag=record.tag[:40],
                at=caa.question,
                remedy="Correct the name of the property, or set its flags to 0.",
            )
