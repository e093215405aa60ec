"""
DMARC is too weak for BIMI.

Logos are shown only where forged mail is stopped: the policy must be quarantine or reject for the domain, for the
organization it belongs to and, where sp says it, for names below; pct, if there at all, must be 100.

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem"
    _dmarc.example.com.  TXT  "v=DMARC1; p=none; rua=mailto:d@example.com"

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem"
    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; sp=none"

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem"
    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; pct=50"

Silent on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem"
    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; rua=mailto:d@example.com"

Unknown on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem"
    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.mail_records import DmarcRecord, Policy
from mailsetup.walks.bimi import bimi_record
from mailsetup.walks.dmarc_tree import dmarc_tree


@check(
    title="DMARC is too weak for BIMI",
    severity=Severity.ERROR,
    codes=["BIMI_DMARC_WEAK"],
    reads=[bimi_record, dmarc_tree],
    cites=["draft-brand-indicators-for-message-identification-14"],
    opt_in="deep",
)
def dmarc_too_weak(case: Case) -> Iterator[Finding]:
    published = case.read(bimi_record)
    tree = case.read(dmarc_tree)
    if published.record is None or published.record.declines or tree.unknown:
        return
    above = next((s.record for s in tree.steps if s.domain == tree.organizational_domain), None)
    if tree.policy in (None, Policy.NONE) or any(map(_weak, (tree.record, above or tree.record))):
        yield case.finding(
            "{domain} has a BIMI record, but its DMARC policy does not stop forged mail, so no logo is shown",
            domain=case.domain,
            at=(published.found.question, *tree.rests_on),
            remedy="Bring DMARC to p=quarantine or p=reject, for sub-domains too and without pct.",
        )


def _weak(record: DmarcRecord | None) -> bool:
    """Whether a record, the domain's or that of its organization, leaves forged mail alone."""
    return (
        record is None
        or record.policy in (None, Policy.NONE)
        or record.subdomain_policy is Policy.NONE
        or (record.percent is not None and record.percent < 100)
    )
