"""
The domain is not signed with DNSSEC.

A signed zone above proves that there is no DS record. Without DNSSEC forged answers can lead mail elsewhere; it is
also what DANE rests on. Most DNS hosts sign at the press of a button.

Fires on (options: deep):

    example.com.  MX 10 mail.example.com.
    example.com.  DNSSEC insecure

Silent on (options: deep):

    example.com.  MX 10 mail.example.com.
    example.com.  DNSSEC secure

Unknown on (options: deep):

    example.com. MX 10 mail.example.com.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnssecStatus
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dnssec import mail_validation


@check(
    title="The domain is not signed with DNSSEC",
    severity=Severity.INFO,
    codes=["DNSSEC_UNSIGNED"],
    reads=[mail_validation],
    cites=["RFC 9364"],
    yields_to=["dnssec/no-ds"],
    opt_in="deep",
)
def unsigned(case: Case) -> Iterator[Finding]:
    validated = case.read(mail_validation)
    if validated.answer.status is DnssecStatus.INSECURE:
        yield case.finding(
            "{zone} is not signed with DNSSEC",
            zone=validated.answer.zone or case.domain,
            at=validated.question,
            remedy="Switch DNSSEC on at your DNS host and enter its DS record at the registrar.",
        )
