"""
A sending sub-domain without a DMARC record of its own.

A sub-domain that sends mail inherits its policy from above. Old and new receivers look for it in different
ways; a record of its own makes the sub-domain immune to that.

Fires on sub.example.com:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    sub.example.com.  TXT  "v=spf1 ip4:9.9.9.9 -all"

Silent on sub.example.com:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    sub.example.com.  TXT  "v=spf1 ip4:9.9.9.9 -all"
    _dmarc.sub.example.com.  TXT  "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com"

Silent on www.example.com:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    www.example.com.  A  9.9.9.9

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on sub.example.com:

    _dmarc.sub.example.com.  TIMEOUT
    sub.example.com.  TXT  "v=spf1 ip4:9.9.9.9 -all"

Unknown on sub.example.com:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    sub.example.com.     MX   10 mx.example.com.
    sub.example.com.     TIMEOUT TXT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import one_dmarc_record
from mailsetup.checks._when import sends_mail
from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.model.mail_records import DmarcRecord, Policy
from mailsetup.walks.dmarc_record import dmarc_record
from mailsetup.walks.dmarc_tree import dmarc_tree
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.spf_record import spf_record


@check(
    title="A sending sub-domain without a DMARC record of its own",
    severity=Severity.INFO,
    codes=["DMARC_SUBDOMAIN_EXPLICIT"],
    cites=["RFC 9989 appendix C.3"],
    reads=[dmarc_record, dmarc_tree, mx_records, spf_record],
    yields_to=["dmarc/treewalk-differs", "dmarc/policy-none"],
    silent_where=one_dmarc_record,
)
def subdomain_inherits(case: Case) -> Iterator[Finding]:
    if organizational_domain(case.domain) == case.domain or case.read(dmarc_record).candidates:
        return
    if not sends_mail(case):
        return
    tree = case.read(dmarc_tree)
    if tree.record is not None and tree.policy is not None:
        yield case.finding(
            "{domain} sends mail and inherits the policy {policy} from {found}",
            domain=case.domain,
            policy=tree.policy.value,
            found=tree.found_at,
            at=tree.rests_on,
            remedy="A record of its own makes it independent of how receivers search.",
            fix=Fix(
                tree.own.question.name,
                "TXT",
                (presentation(_as_inherited(tree.record, tree.policy, tree.found_at)),),
            ),
        )


def _as_inherited(record: DmarcRecord, policy: Policy, found_at: str) -> str:
    """What holds for the name already: the policy, its test mode, and the report addresses that need no new consent."""
    organization = organizational_domain(found_at)
    near = [u for u in record.aggregate_reports if organizational_domain(u.host) == organization]
    reports = ",".join(map(str, near))
    return "; ".join(
        [
            "v=DMARC1",
            f"p={policy.value}",
            *(["t=y"] * record.testing),
            *([f"rua={reports}"] if reports else []),
        ]
    )
