"""
More than one MTA-STS record.

Senders then act as if there were no policy at all.

Fires on:

    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    _mta-sts.example.com.  TXT  "v=STSv1; id=2"

Silent on:

    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    _mta-sts.example.com.  TXT  "a note for people"

Unknown on:

    _mta-sts.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import sts_record_is_sound
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.mta_sts import mta_sts_record


@check(
    title="More than one MTA-STS record",
    severity=Severity.ERROR,
    codes=["STS_TXT_MULTIPLE"],
    reads=[mta_sts_record],
    cites=["RFC 8461 section 3.1"],
    silent_where=sts_record_is_sound,
)
def sts_multiple(case: Case) -> Iterator[Finding]:
    found = case.read(mta_sts_record).found
    if len(found.candidates) > 1:
        yield case.finding(
            "{name} holds {count} MTA-STS records; senders then see no policy",
            name=found.question.name,
            count=len(found.candidates),
            at=found.question,
            remedy="Keep one record; delete the others.",
            fix=Fix(found.question.name, "TXT", (presentation(found.candidates[-1]),)),
        )
