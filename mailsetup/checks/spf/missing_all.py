"""
The SPF record does not say what to do with everybody else.

Without all and without redirect= the result for a sender that is not listed is neutral: the record
forbids nobody anything.

Fires on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1"

Fires on:

    example.com.       TXT  "v=spf1 redirect=_spf.example.net"
    _spf.example.net.  TXT  "v=spf1 ip4:192.0.2.1"

Silent on:

    example.com.       TXT  "v=spf1 redirect=_spf.example.net"
    _spf.example.net.  TXT  "v=spf1 ip4:192.0.2.1 -all"

Unknown on:

    example.com.       TXT  "v=spf1 redirect=_spf.example.net"
    _spf.example.net.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import spf_is_plain
from mailsetup.checks._spf import publishing
from mailsetup.checks._when import publishes_sound_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.spf_policy import spf_policy
from mailsetup.walks.spf_record import spf_record


@check(
    title="The SPF record has no all",
    severity=Severity.WARNING,
    applies_to=publishes_sound_spf,
    codes=["SPF_NO_ALL"],
    reads=[spf_policy, spf_record],
    cites=["RFC 7208 section 4.7"],
    silent_where=spf_is_plain,
)
def missing_all(case: Case) -> Iterator[Finding]:
    policy = case.read(spf_policy)
    if (
        policy.last.record is None
        or policy.last.record.all is not None
        or policy.last.record.redirect is not None
    ):
        return
    own = case.read(spf_record)
    yield case.finding(
        "the SPF record says nothing about other senders (no all): the result for them is neutral"
        if policy.last.name == case.domain
        else "the SPF record at {name}, to which {domain} redirects, says nothing about other senders (no all)",
        name=policy.last.name,
        domain=case.domain,
        at=policy.questions,
        remedy='End it with "~all": others are then marked as suspicious.',
        fix=publishing(own, own.text.rstrip(" ") + " ~all") if policy.last.name == case.domain else None,
    )
