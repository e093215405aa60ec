"""
The DMARC record is an alias.

A CNAME at "_dmarc" is legal and receivers follow it: a service edits the record in your place. Whoever runs
the target decides about your policy.

Fires on:

    _dmarc.example.com.  CNAME  example.com.hosted.example.
    example.com.hosted.example.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import one_dmarc_record
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="The DMARC record is an alias",
    severity=Severity.INFO,
    codes=["DMARC_CNAME"],
    cites=["RFC 1034 section 3.6.2"],
    reads=[dmarc_record],
    silent_where=one_dmarc_record,
)
def alias(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    if own.aliases and own.candidates:
        yield case.finding(
            "the DMARC record of {domain} is kept at {target}",
            domain=case.domain,
            target=own.aliases[-1],
            at=own.evidence(),
            remedy="Nothing to do while {target} belongs to a service you use.",
        )
