"""
More than one BIMI record at one name.

None of them counts then.

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem"
    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/other.svg"

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
    title="More than one BIMI record",
    severity=Severity.ERROR,
    codes=["BIMI_MULTIPLE"],
    reads=[bimi_record],
    cites=["draft-brand-indicators-for-message-identification-14"],
    opt_in="deep",
)
def multiple(case: Case) -> Iterator[Finding]:
    found = case.read(bimi_record).found
    if len(found.candidates) > 1:
        yield case.finding(
            "{name} holds {count} BIMI records; none of them counts",
            name=found.question.name,
            count=len(found.candidates),
            at=found.question,
            remedy="Keep one record; delete the others.",
        )
