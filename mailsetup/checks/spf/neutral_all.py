"""
The SPF record ends in ?all, which asserts nothing.

Neutral is the same as having no opinion: a forger gets the same answer as a stranger.

Fires on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 ?all"

Silent on:

    example.com.       TXT  "v=spf1 include:_spf.example.net ~all"
    _spf.example.net.  TXT  "v=spf1 ip4:192.0.2.1 ?all"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import spf_is_plain
from mailsetup.checks._spf import all_fix
from mailsetup.checks._when import publishes_sound_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.spf_policy import spf_policy
from mailsetup.walks.spf_record import spf_record


@check(
    title="The SPF record ends in ?all",
    severity=Severity.WARNING,
    applies_to=publishes_sound_spf,
    codes=["SPF_NEUTRAL_ALL"],
    reads=[spf_policy, spf_record],
    cites=["RFC 7208 section 8.2"],
    silent_where=spf_is_plain,
)
def neutral_all(case: Case) -> Iterator[Finding]:
    policy = case.read(spf_policy)
    every = policy.last.record.all if policy.last.record is not None else None
    if every is not None and every.qualifier == "?":
        yield case.finding(
            'the SPF record at {name} ends in "?all": it says nothing about senders that are not listed',
            name=policy.last.name,
            at=policy.questions,
            remedy='Publish "~all" in its place, once everybody who sends for you is listed.',
            fix=all_fix(policy, "~all"),
        )
