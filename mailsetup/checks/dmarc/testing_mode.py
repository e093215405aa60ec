"""
The DMARC policy is in test mode.

t=y asks receivers to apply the policy one step lower: reject as quarantine, quarantine as none. Older
receivers do not know the tag and apply the policy in full.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; t=y; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; t=n; rua=mailto:dmarc@example.com"
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
    title="The DMARC policy is in test mode",
    severity=Severity.INFO,
    codes=["DMARC_T_TESTING"],
    cites=["RFC 9989 section 4.7"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    silent_where=dmarc_is_plain,
)
def testing_mode(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    record = own.record
    if record is None or not record.testing or record.policy is None:
        return
    policies = (record.policy, record.existing_subdomain_policy, record.nonexistent_subdomain_policy)
    strongest = max((p for p in policies if p is not None), key=lambda p: p.strength)
    if strongest is not Policy.NONE:
        yield case.finding(
            "t=y: newer receivers treat {policy} as {lowered}, older ones apply it in full",
            policy=strongest.value,
            lowered=strongest.lowered().value,
            at=tag_evidence(own, "t"),
            remedy="Leave t= out when the test is over.",
            fix=amended_record(own, drop=("t",)),
        )
