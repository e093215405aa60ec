"""
The answer with SPF does not fit into 512 octets.

A plain DNS message ends there: the receiver must ask again over TCP or with EDNS0, and where that
fails SPF gives temperror. Old verification records are the usual ballast.

Fires on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 -all"
    example.com.  TXT  "verification-0=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    example.com.  TXT  "verification-1=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    example.com.  TXT  "verification-2=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    example.com.  TXT  "verification-3=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    example.com.  TXT  "verification-4=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    example.com.  TXT  "verification-5=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    example.com.  TXT  "verification-6=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    example.com.  TXT  "verification-7=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

Silent on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 -all"
    example.com.  TXT  "verification-0=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    example.com.  TXT  "verification-1=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    example.com.  TXT  "verification-2=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    example.com.  TXT  "verification-3=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    example.com.  TXT  "verification-4=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
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

MESSAGE_OCTETS = 512  # RFC 1035 section 4.2.1


@check(
    title="The answer with SPF does not fit into 512 octets",
    severity=Severity.WARNING,
    applies_to=publishes_spf,
    codes=["SPF_SIZE_512"],
    reads=[spf_record],
    cites=["RFC 7208 section 3.4", "RFC 1035 section 4.2.1"],
    silent_where=spf_answer_is_small,
)
def oversized_answer(case: Case) -> Iterator[Finding]:
    found = case.read(spf_record)
    size = octets(found)
    if size.message > MESSAGE_OCTETS:
        yield case.finding(
            "the DNS answer with the TXT records of {domain} has {size} octets; "
            "over {limit} it needs TCP or EDNS0, which fails for some receivers",
            domain=case.domain,
            size=size.message,
            limit=MESSAGE_OCTETS,
            at=found.question,
            remedy=size_remedy(found),
        )
