"""
Broken pieces in the BIMI record.

The record is a list of tag=value between single semicolons, each tag once; one that is not need not be read.

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; l=https://example.com/other.svg"

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; https://example.com/vmc.pem"

Silent on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1;l=https://example.com/logo.svg ; a=https://example.com/vmc.pem;"

Unknown on (options: deep):

    default._bimi.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.grammar.bimi import tags
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.bimi import bimi_record


@check(
    title="Broken pieces in the BIMI record",
    severity=Severity.ERROR,
    codes=["BIMI_SYNTAX"],
    reads=[bimi_record],
    cites=["draft-brand-indicators-for-message-identification-14", "RFC 6376 section 3.2"],
    opt_in="deep",
)
def syntax(case: Case) -> Iterator[Finding]:
    found = case.read(bimi_record).found
    for fault in tags(found.text).faults[:1] if found.text else ():
        yield case.finding(
            "mail programs need not read the BIMI record of {domain}: {fault}",
            domain=found.domain,
            fault=fault.text,
            at=found.evidence(fault.span),
            remedy="Publish the record with each tag once, as tag=value between semicolons.",
        )
