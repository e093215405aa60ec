"""
p=reject on a domain people write from.

Mailing lists and forwarding break SPF and often DKIM; with p=reject such mail of your people bounces.
The standard advises general-purpose domains to stay at quarantine. Domains that send no personal mail,
or send nothing, are right with reject.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    unlisted._domainkey.example.com.  TXT  "v=DKIM1; p="

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    example.com.  MX  0 .
    example.com.  TXT  "v=spf1 -all"
    _dmarc.example.com.  TXT  "v=DMARC1; p=reject"

Unknown on:

    _dmarc.example.com.  TIMEOUT

Unknown on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    example.com.         TIMEOUT TXT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import tag_evidence
from mailsetup.checks._when import publishes_dmarc, receives_mail, sends_mail
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.mail_records import Policy
from mailsetup.walks.dmarc_record import dmarc_record
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.spf_record import spf_record


@check(
    title="p=reject on a domain people write from",
    severity=Severity.INFO,
    codes=["DMARC_P_REJECT_USERS"],
    cites=["RFC 9989 section 7.4"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record, mx_records, spf_record],
    yields_to=["dmarc/reject-on-spf-alone"],
)
def reject_for_people(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    if own.record is None or own.record.policy is not Policy.REJECT:
        return
    if receives_mail(case) and sends_mail(case):
        yield case.finding(
            "{domain} asks receivers to reject; mail of its people through mailing lists and forwards may bounce",
            domain=case.domain,
            at=tag_evidence(own, "p"),
            remedy="If people write to mailing lists from this domain, quarantine is the safer word.",
        )
