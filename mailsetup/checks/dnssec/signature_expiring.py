"""
A DNSSEC signature is about to end.

Signatures are renewed days before they end; one with less than three days left shows that the
renewal stands still.

Fires on (options: deep):

    example.com.  MX 10 mail.example.com.
    example.com.  DNSSEC secure expires=2026-11-22T12:00:00Z

Silent on (options: deep):

    example.com.  MX 10 mail.example.com.
    example.com.  DNSSEC secure expires=2026-12-05T12:00:00Z

Unknown on (options: deep):

    example.com. MX 10 mail.example.com.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnssecStatus
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dnssec import mail_validation

DAYS = 3  # practice: signers renew a week or more before the end


@check(
    title="A DNSSEC signature is about to end",
    severity=Severity.WARNING,
    codes=["DNSSEC_RRSIG_EXPIRING"],
    reads=[mail_validation],
    cites=["RFC 4034 section 3.1.5"],
    opt_in="deep",
)
def signature_expiring(case: Case) -> Iterator[Finding]:
    validated = case.read(mail_validation)
    ends = validated.answer.expires
    if validated.answer.status is not DnssecStatus.SECURE or not ends:
        return
    soon = (datetime.fromisoformat(case.as_of) + timedelta(days=DAYS)).strftime("%Y-%m-%dT%H:%M:%SZ")
    if ends < soon:
        yield case.finding(
            "the DNSSEC signature over the MX records of {domain} ends at {ends}",
            domain=case.domain,
            ends=ends,
            at=validated.question,
            remedy="Find out why {zone} is not signed anew; when the signature ends, the domain vanishes for many.",
            zone=validated.answer.zone or case.domain,
        )
