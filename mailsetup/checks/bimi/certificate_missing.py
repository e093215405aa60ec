"""
A BIMI logo without a mark certificate.

Some providers show the logo, the largest only with a certificate (VMC for a registered mark, CMC for one in use).

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a="

Silent on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem"

Unknown on (options: deep):

    default._bimi.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.bimi import bimi_record


@check(
    title="A BIMI logo without a mark certificate",
    severity=Severity.INFO,
    codes=["BIMI_CERT_MISSING"],
    reads=[bimi_record],
    cites=["draft-brand-indicators-for-message-identification-14"],
    opt_in="deep",
)
def certificate_missing(case: Case) -> Iterator[Finding]:
    published = case.read(bimi_record)
    record = published.record
    if record is not None and record.logo and not record.evidence:
        yield case.finding(
            "the BIMI record names a logo and no mark certificate; the largest providers then show no logo",
            at=published.found.evidence(),
            remedy="If the logo matters there, get a mark certificate (VMC or CMC) and name its address in a=.",
        )
