"""
No BIMI record.

BIMI shows a brand's logo beside mail that passes DMARC. It is optional, and most providers also want a paid
mark certificate.

Fires on (options: deep):

    example.com.            MX   10 mail.example.com.

Silent on (options: deep):

    example.com.            MX   10 mail.example.com.
    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem"

Unknown on (options: deep):

    example.com.            MX   10 mail.example.com.
    default._bimi.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._when import receives_mail
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.bimi import bimi_record
from mailsetup.walks.mx_records import mx_records


@check(
    title="No BIMI record",
    severity=Severity.INFO,
    applies_to=receives_mail,
    codes=["BIMI_MISSING"],
    reads=[bimi_record, mx_records],
    cites=["draft-brand-indicators-for-message-identification-14"],
    yields_to=["bimi/version"],
    opt_in="deep",
)
def missing(case: Case) -> Iterator[Finding]:
    published = case.read(bimi_record)
    if published.found.missing:
        yield case.finding(
            "{domain} publishes no BIMI record, so mail programs show no logo of its own",
            domain=case.domain,
            at=published.own.question,
            remedy="If you want your logo shown: bring DMARC to quarantine or reject first, then publish the record.",
        )
