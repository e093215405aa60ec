"""
No policy of its own for names that do not exist.

Forgers like names below a domain that do not exist. No mail of yours comes from such names, so
np=reject is safe even while p= or sp= is weak; without it those names follow sp=, then p=.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record, governs_below
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.mail_records import Policy
from mailsetup.walks.dmarc_record import dmarc_record
from mailsetup.walks.dmarc_tree import dmarc_tree


@check(
    title="No policy of its own for names that do not exist",
    severity=Severity.INFO,
    codes=["DMARC_NP_ABSENT"],
    cites=["RFC 9989 section 4.7"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record, dmarc_tree],
    yields_to=[
        "dmarc/parked",
        "dmarc/policy-invalid",
        "dmarc/policy-missing",
        "dmarc/policy-none",
        "dmarc/subdomain-policy-invalid",
        "dmarc/subdomain-policy-weaker",
        "dmarc/testing-without-policy",
    ],
)
def ghost_policy_absent(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    record = own.record
    if record is None or record.policy is None or own.tag("np") is not None:
        return
    ghost = record.nonexistent_subdomain_policy
    if ghost is not None and ghost is not Policy.REJECT and governs_below(case):
        yield case.finding(
            "names below {domain} that do not exist get the policy {ghost}; reject would be safe for them",
            domain=case.domain,
            ghost=ghost.value,
            at=own.evidence(),
            remedy="Add np=reject.",
            fix=amended_record(own, np="reject"),
        )
