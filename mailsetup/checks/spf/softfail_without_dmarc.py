"""
~all, and no DMARC policy that would act on it.

~all only marks other senders as suspicious; that is right together with DMARC, which decides what
happens to them. -all may make receivers refuse mail before DMARC is looked at. Without DMARC nothing
comes of the mark.

Fires on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 ~all"

Silent on:

    example.com.         TXT  "v=spf1 ip4:192.0.2.1 ~all"
    _dmarc.example.com.  TXT  "v=DMARC1; p=reject"
    _dmarc.com.          TIMEOUT

Silent on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 -all"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import one_dmarc_record
from mailsetup.checks._when import publishes_sound_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_record import dmarc_record
from mailsetup.walks.dmarc_tree import dmarc_tree
from mailsetup.walks.spf_policy import spf_policy
from mailsetup.walks.spf_record import spf_record


@check(
    title="SPF ends in ~all, and no DMARC policy acts on it",
    severity=Severity.INFO,
    applies_to=publishes_sound_spf,
    codes=["SPF_SOFTFAIL_ALL"],
    reads=[spf_policy, dmarc_record, dmarc_tree, spf_record],
    cites=["RFC 7208 section 8.4", "RFC 9989 section 7.1"],
    silent_where=one_dmarc_record,
)
def softfail_without_dmarc(case: Case) -> Iterator[Finding]:
    policy = case.read(spf_policy)
    every = policy.last.record.all if policy.last.record is not None else None
    if every is None or every.qualifier != "~":
        return
    if case.read(dmarc_record).record is not None:
        return  # whatever stands above it
    dmarc = case.read(dmarc_tree)
    if dmarc.record is None and not dmarc.unknown:
        yield case.finding(
            "SPF ends in ~all, which only marks other senders; without a DMARC policy nothing comes of it",
            at=(*policy.questions, *(step.question for step in dmarc.steps)),
            remedy="Keep ~all and publish a DMARC record; it decides what happens to mail that fails.",
        )
