"""
The name and all its TXT records come to more than 450 octets.

Then the answer is near the 512 octets of a plain DNS message; one more verification record and it
needs a second attempt over TCP, which some networks block.

Fires on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 -all"
    example.com.  TXT  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

Silent on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 -all"
    example.com.  TXT  "verification-0=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    example.com.  TXT  "verification-1=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    example.com.  TXT  "verification-2=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import spf_answer_is_small
from mailsetup.checks._spf import octets, size_remedy
from mailsetup.checks._when import publishes_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.spf_record import spf_record

SAFE_OCTETS = 450  # RFC 7208 section 3.4


@check(
    title="The TXT records with SPF are nearly too large",
    severity=Severity.WARNING,
    applies_to=publishes_spf,
    codes=["SPF_SIZE_450"],
    reads=[spf_record],
    cites=["RFC 7208 section 3.4"],
    yields_to=["spf/oversized-answer"],
    silent_where=spf_answer_is_small,
)
def large_answer(case: Case) -> Iterator[Finding]:
    found = case.read(spf_record)
    size = octets(found)
    if size.texts > SAFE_OCTETS:
        yield case.finding(
            "the name and TXT records of {domain} come to {size} octets; up to {limit} are safe",
            domain=case.domain,
            size=size.texts,
            limit=SAFE_OCTETS,
            at=found.question,
            remedy=size_remedy(found),
        )
