"""
A wildcard keeps np= from ever applying.

np= is for names that do not exist. Where a wildcard answers for every name, none fails to exist, and
receivers use sp= or p= instead.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    *.example.com.  A  9.9.9.9

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    www.example.com.  A  9.9.9.9

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    *.example.com.  A  9.9.9.9

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import tag_evidence
from mailsetup.checks._silence import dmarc_is_plain
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnsQuestion
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_record import dmarc_record
from mailsetup.walks.wildcards import wildcards


@check(
    title="A wildcard keeps np= from ever applying",
    severity=Severity.INFO,
    codes=["DMARC_NP_WILDCARD"],
    cites=["RFC 9989 section 3.2.13", "RFC 4592"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record, wildcards],
    silent_where=dmarc_is_plain,
)
def ghost_policy_wildcard(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    if own.tag("np") is None:
        return
    control = case.read(wildcards)
    if control.answers_anything:
        yield case.finding(
            "a wildcard makes every name below {domain} exist, so np= never applies",
            domain=case.domain,
            at=(tag_evidence(own, "np"), DnsQuestion(control.name, "TXT")),
            remedy="Delete the wildcard if nothing needs it, or set sp= to what you want for unknown names.",
        )
