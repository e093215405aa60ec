"""
A Sender ID record (spf2.0/).

Sender ID was an experiment that ended; nobody evaluates spf2.0/ records, and they are no SPF.

Fires on:

    example.com.  TXT  "spf2.0/pra include:_spf.example.net -all"
    example.com.  TXT  "v=spf1 ip4:192.0.2.1 -all"

Silent on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 -all"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import spf_is_plain
from mailsetup.checks._spf import without_text
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.spf_record import NearMiss, spf_record


@check(
    title="An obsolete Sender ID record is published",
    severity=Severity.INFO,
    codes=["SPF_SENDERID"],
    reads=[spf_record],
    cites=["RFC 7208 section 4.5", "RFC 6686 section 6"],
    silent_where=spf_is_plain,
)
def sender_id_record(case: Case) -> Iterator[Finding]:
    found = case.read(spf_record)
    for kind, text in found.near_misses:
        if kind is NearMiss.SENDER_ID:
            yield case.finding(
                "{domain} has a Sender ID record (spf2.0/), which nobody evaluates"
                if found.texts
                else "{domain} has only a Sender ID record (spf2.0/), which nobody evaluates, and no SPF record",
                domain=case.domain,
                at=case.evidence(found.question, text),
                severity=None if found.texts else Severity.WARNING,
                remedy="Delete it." if found.texts else "Publish the same terms as v=spf1 in its place.",
                fix=without_text(found, text) if found.texts else None,
            )
