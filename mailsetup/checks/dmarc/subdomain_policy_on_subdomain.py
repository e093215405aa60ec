"""
sp= below the organizational domain.

sp= counts only in the record of the organizational domain. Names below a sub-domain follow the
organizational domain's record, whatever the sub-domain says.

Fires on sub.example.com:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    _dmarc.sub.example.com.  TXT  "v=DMARC1; p=quarantine; sp=reject; rua=mailto:dmarc@example.com"

Silent on sub.example.com:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    _dmarc.sub.example.com.  TXT  "v=DMARC1; p=quarantine"

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; sp=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on sub.example.com:

    _dmarc.sub.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record, tag_evidence
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_record import dmarc_record
from mailsetup.walks.dmarc_tree import dmarc_tree


@check(
    title="sp= below the organizational domain",
    severity=Severity.WARNING,
    codes=["DMARC_SP_ON_SUBDOMAIN"],
    cites=["RFC 9989 section 4.7"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record, dmarc_tree],
)
def subdomain_policy_on_subdomain(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    if own.tag("sp") is None:
        return
    tree = case.read(dmarc_tree)
    if tree.organizational_domain not in (None, case.domain):
        yield case.finding(
            "sp= at {domain} is ignored; names below it follow the record of {organization}",
            domain=case.domain,
            organization=tree.organizational_domain,
            at=(tag_evidence(own, "sp"), *tree.rests_on[1:]),
            remedy="Leave sp= out here, and set it at {organization}.",
            fix=amended_record(own, drop=("sp",)),
        )
