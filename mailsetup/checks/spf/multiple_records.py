"""
More than one SPF record at the domain.

There must be exactly one. With two or more receivers answer permerror, and neither is used: everybody
who sends must be named in the same record.

Fires on:

    example.com.  TXT  "v=spf1 include:_spf.example.net ~all"
    example.com.  TXT  "v=spf1 ip4:192.0.2.1 -all"

Silent on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 -all"
    example.com.  TXT  "v=spf10 -all"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import spf_is_plain
from mailsetup.checks._spf import merged
from mailsetup.checks._when import publishes_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.spf_record import spf_record


@check(
    title="The domain publishes more than one SPF record",
    severity=Severity.ERROR,
    applies_to=publishes_spf,
    codes=["SPF_MULTIPLE"],
    reads=[spf_record],
    cites=["RFC 7208 section 3.2", "RFC 7208 section 4.5"],
    silent_where=spf_is_plain,
)
def multiple_records(case: Case) -> Iterator[Finding]:
    found = case.read(spf_record)
    if len(found.texts) > 1:
        yield case.finding(
            "{domain} has {count} SPF records; receivers answer permerror and use none of them",
            domain=case.domain,
            count=len(found.texts),
            at=found.question,
            remedy="Join them into one record: all terms of both, once each, and a single all at the end.",
            fix=merged(found),
        )
