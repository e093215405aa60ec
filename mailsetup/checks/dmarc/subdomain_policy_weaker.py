"""
A weaker policy for sub-domains.

Whoever forges the domain takes a sub-domain instead when sp= is weaker than p=.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; sp=none; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; sp=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record, governs_below, tag_evidence
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_record import dmarc_record
from mailsetup.walks.dmarc_tree import dmarc_tree


@check(
    title="A weaker policy for sub-domains",
    severity=Severity.WARNING,
    codes=["DMARC_SP_WEAKER"],
    cites=["RFC 9989 section 4.7"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record, dmarc_tree],
)
def subdomain_policy_weaker(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    record = own.record
    if record is None or record.policy is None or record.subdomain_policy is None:
        return
    if record.subdomain_policy.strength < record.policy.strength and governs_below(case):
        yield case.finding(
            "sub-domains have the policy {sub}, weaker than {policy} for {domain} itself",
            sub=record.subdomain_policy.value,
            policy=record.policy.value,
            domain=case.domain,
            at=tag_evidence(own, "sp"),
            remedy="Leave sp= out once the mail of your sub-domains passes: they then follow p=.",
            fix=amended_record(own, drop=("sp",)),
        )
