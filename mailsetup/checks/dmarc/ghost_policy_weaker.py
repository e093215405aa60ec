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

from mailsetup.checks._dmarc import amended_record, governs_below, tag_evidence
from mailsetup.checks._silence import dmarc_is_plain
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_record import dmarc_record
from mailsetup.walks.dmarc_tree import dmarc_tree


@check(
    title="A weaker policy for names that do not exist",
    severity=Severity.WARNING,
    codes=["DMARC_NP_WEAKER"],
    cites=["RFC 9989 section 4.7"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record, dmarc_tree],
    silent_where=dmarc_is_plain,
)
def ghost_policy_weaker(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    record = own.record
    if record is None or record.nonexistent_policy is None or record.existing_subdomain_policy is None:
        return
    ghost, existing, own_policy = record.nonexistent_policy, record.existing_subdomain_policy, record.policy
    than_existing = ghost.strength < existing.strength
    if (than_existing or (own_policy and ghost.strength < own_policy.strength)) and governs_below(case):
        yield case.finding(
            "names that do not exist get {ghost}, weaker than {policy} for those that do"
            if than_existing
            else "names that do not exist get {ghost}, weaker than {policy} for {domain} itself",
            ghost=ghost.value,
            policy=(existing if than_existing else own_policy or existing).value,
            domain=case.domain,
            at=tag_evidence(own, "np"),
            remedy="Say np=reject.",
            fix=amended_record(own, np="reject"),
        )
