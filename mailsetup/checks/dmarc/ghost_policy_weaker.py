"""
A weaker policy for names that do not exist.

np= is for names that do not exist, from which nobody sends. To ask for less there than for names that
do exist helps only forgers.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=none; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; sp=reject; np=quarantine; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=reject; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record, tag_evidence
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="A weaker policy for names that do not exist",
    severity=Severity.WARNING,
    codes=["DMARC_NP_WEAKER"],
    cites=["RFC 9989 section 4.7"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
)
def ghost_policy_weaker(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    record = own.record
    if record is None or record.nonexistent_policy is None or record.existing_subdomain_policy is None:
        return
    if record.nonexistent_policy.strength < record.existing_subdomain_policy.strength:
        yield case.finding(
            "names that do not exist get {ghost}, weaker than {policy} for those that do",
            ghost=record.nonexistent_policy.value,
            policy=record.existing_subdomain_policy.value,
            at=tag_evidence(own, "np"),
            remedy="Say np=reject.",
            fix=amended_record(own, np="reject"),
        )
