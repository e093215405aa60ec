"""
The id of an MTA-STS record is missing or malformed.

Senders learn from a new id that the policy changed. It is 1 to 32 letters or digits, without
dashes or dots; a record without a sound one does not count.

Fires on:

    _mta-sts.example.com.  TXT  "v=STSv1; id=2026-11-21"

Fires on:

    _mta-sts.example.com.  TXT  "v=STSv1;"

Silent on:

    _mta-sts.example.com.  TXT  "v=STSv1; id=20261121T120000Z;"

Unknown on:

    _mta-sts.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import sts_record_is_sound
from mailsetup.grammar.tag_list import tag_list
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.mta_sts import mta_sts_record


@check(
    title="The id of an MTA-STS record is missing or malformed",
    severity=Severity.ERROR,
    codes=["STS_TXT_ID"],
    reads=[mta_sts_record],
    cites=["RFC 8461 section 3.1"],
    silent_where=sts_record_is_sound,
)
def sts_id(case: Case) -> Iterator[Finding]:
    published = case.read(mta_sts_record)
    found = published.found
    if published.parsed is None or published.parsed.value is not None:
        return
    tag = tag_list(found.text).get("id")
    written = "".join(c for c in tag.value if c.isascii() and c.isalnum())[:32] if tag is not None else ""
    yield case.finding(
        'the id "{id}" of the MTA-STS record is not 1 to 32 letters or digits'
        if tag is not None
        else "the MTA-STS record of {domain} has no id",
        id=tag.value[:40] if tag is not None else "",
        domain=case.domain,
        at=found.evidence(tag.span if tag is not None else None),
        remedy="Use letters and digits only, for instance the date; change it whenever the policy file changes.",
        fix=Fix(found.question.name, "TXT", (presentation(f"v=STSv1; id={written or 1}"),)),
    )
