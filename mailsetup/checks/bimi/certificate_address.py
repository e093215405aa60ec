"""
The address of the mark certificate cannot be used.

a= is one https address of a PEM file with the certificate and its chain, or empty. Its host is a full name, no IP address.

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=http://example.com/vmc.pem"

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://192.0.2.1/vmc.pem"

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://server/vmc.pem"

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=self"

Silent on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem"

Unknown on (options: deep):

    default._bimi.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.grammar.bimi import is_https_by_name
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.bimi import bimi_record


@check(
    title="The address of the mark certificate cannot be used",
    severity=Severity.ERROR,
    codes=["BIMI_A_HTTPS"],
    reads=[bimi_record],
    cites=["draft-brand-indicators-for-message-identification-14"],
    opt_in="deep",
)
def certificate_address(case: Case) -> Iterator[Finding]:
    published = case.read(bimi_record)
    record = published.record
    if record is not None and record.evidence and not is_https_by_name(record.evidence):
        yield case.finding(
            '"{uri}" is not an https address of a mark certificate',
            uri=record.evidence[:120],
            at=published.found.evidence(),
            remedy="Give one https:// address of the PEM file in a=, or leave a= empty.",
        )
