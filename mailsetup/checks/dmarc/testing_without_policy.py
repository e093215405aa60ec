"""
Test mode of no policy.

t=y lowers the policy by one step; below none there is nothing, so the tag has no effect.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=none; t=y; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; t=y; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=none; sp=reject; t=y; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record, tag_evidence
from mailsetup.checks._silence import dmarc_is_plain
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.mail_records import Policy
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="Test mode of no policy",
    severity=Severity.INFO,
    codes=["DMARC_T_WITH_NONE"],
    cites=["RFC 9989 section 4.7"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    yields_to=["dmarc/parked"],
    silent_where=dmarc_is_plain,
)
def testing_without_policy(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    record = own.record
    if record is None or not record.testing or record.policy is not Policy.NONE:
        return
    if record.nonexistent_subdomain_policy is Policy.NONE and record.existing_subdomain_policy is Policy.NONE:
        yield case.finding(
            "t=y has no effect while the policy is none: forged mail is only reported either way",
            at=tag_evidence(own, "t"),
            remedy="Leave t= out.",
            fix=amended_record(own, drop=("t",)),
        )
