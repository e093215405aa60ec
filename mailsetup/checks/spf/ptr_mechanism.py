"""
The SPF record uses ptr.

It is slow, unreliable and a burden on the servers of the reverse zones, so it should not be published;
large receivers skip it. Only the first ten names of an address are looked at.

Fires on:

    example.com.  TXT  "v=spf1 ptr -all"

Fires on:

    example.com.  TXT  "v=spf1 ptr:example.net ip4:192.0.2.1 -all"

Silent on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 -all ptr"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import spf_is_plain
from mailsetup.checks._spf import without
from mailsetup.checks._when import publishes_sound_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.spf_record import spf_record
from mailsetup.walks.spf_tree import reached


@check(
    title="The SPF record uses ptr",
    severity=Severity.WARNING,
    applies_to=publishes_sound_spf,
    codes=["SPF_PTR_USED", "SPF_PTR_LIMIT"],
    reads=[spf_record],
    cites=["RFC 7208 section 5.5", "RFC 7208 section 4.6.4"],
    silent_where=spf_is_plain,
)
def ptr_mechanism(case: Case) -> Iterator[Finding]:
    found = case.read(spf_record)
    for term, span in reached(found.record):
        if term.name == "ptr":
            yield case.finding(
                'the SPF record uses "{term}", which should not be published: it is slow, '
                "receivers skip it, and only ten names of an address count",
                term=str(term),
                at=found.evidence(span),
                remedy="Name the senders' addresses with ip4: and ip6:, or their hosts with a:, and drop ptr.",
                fix=without(found, [span]) if len(found.record.mechanisms) > 2 else None,
            )
