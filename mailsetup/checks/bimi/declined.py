"""
The domain declines BIMI.

Both addresses are empty: mail programs are asked to show no logo for this domain.

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=; a=;"

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
    title="The domain declines BIMI",
    severity=Severity.INFO,
    codes=["BIMI_DECLINED"],
    reads=[bimi_record],
    cites=["draft-brand-indicators-for-message-identification-14"],
    opt_in="deep",
)
def declined(case: Case) -> Iterator[Finding]:
    published = case.read(bimi_record)
    if published.record is not None and published.record.declines:
        yield case.finding(
            "{domain} says with an empty BIMI record that no logo is to be shown",
            domain=published.found.domain,
            at=published.found.evidence(),
        )
