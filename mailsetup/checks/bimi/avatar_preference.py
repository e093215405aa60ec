"""
An avatar preference (avp=) that is neither brand nor personal.

brand shows the logo, which is also the default; personal lets a person's own picture come first.

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; avp=company"

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; avp="

Silent on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; avp=personal"

Unknown on (options: deep):

    default._bimi.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.grammar.bimi import AVATARS
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.bimi import bimi_record


@check(
    title="An avatar preference that is neither brand nor personal",
    severity=Severity.WARNING,
    codes=["BIMI_AVP"],
    reads=[bimi_record],
    cites=["draft-brand-indicators-for-message-identification-14"],
    opt_in="deep",
)
def avatar_preference(case: Case) -> Iterator[Finding]:
    published = case.read(bimi_record)
    record = published.record
    if record is not None and record.avatar is not None and record.avatar.lower() not in AVATARS:
        yield case.finding(
            'avp="{value}" in the BIMI record means nothing; it is brand or personal',
            value=record.avatar[:40],
            at=published.found.evidence(),
            remedy="Write avp=brand or avp=personal, or leave it out.",
        )
