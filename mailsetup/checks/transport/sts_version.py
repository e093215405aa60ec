"""
An MTA-STS record that does not begin with v=STSv1.

The version comes first, letter by letter; a record that begins otherwise is passed over.

Fires on:

    _mta-sts.example.com.  TXT  "v=STS1; id=20261121"

Fires on:

    _mta-sts.example.com.  TXT  "id=20261121; v=STSv1"

Silent on:

    _mta-sts.example.com.  TXT  "v=STSv1;id=20261121;"

Silent on:

    *.example.com.  TXT  "v=spf1 -all"

Unknown on:

    _mta-sts.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._pasted import WITHOUT_QUOTES, begins_quoted
from mailsetup.checks._silence import sts_record_is_sound
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mta_sts import mta_sts_record


@check(
    title="An MTA-STS record does not begin with v=STSv1",
    severity=Severity.ERROR,
    codes=["STS_TXT_VERSION"],
    reads=[mta_sts_record],
    cites=["RFC 8461 section 3.1"],
    silent_where=sts_record_is_sound,
)
def sts_version(case: Case) -> Iterator[Finding]:
    found = case.read(mta_sts_record).found
    if found.candidates:
        return
    for text in found.others:
        start = text.lower().replace(" ", "")
        if "v=sts" in start or start.startswith(("id=", '"v=sts')):
            yield case.finding(
                'the record at {name} begins with "{start}", not with v=STSv1; senders pass it over',
                name=found.question.name,
                start=text[:20],
                at=found.evidence(text=text),
                remedy=WITHOUT_QUOTES
                if begins_quoted(text)
                else "Begin the record with v=STSv1; and let id= follow.",
            )
