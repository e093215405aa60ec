"""
MTA-STS of the domain above does not cover this name.

A policy holds for one mail domain only: each name behind an @ needs a record and a policy host of
its own.

Fires on sub.example.com:

    sub.example.com.        MX   10 mail.example.com.
    _mta-sts.example.com.   TXT  "v=STSv1; id=1"

Silent on sub.example.com:

    sub.example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.      TXT  "v=STSv1; id=1"
    _mta-sts.sub.example.com.  TXT  "v=STSv1; id=1"

Unknown on sub.example.com:

    sub.example.com.        MX   10 mail.example.com.
    _mta-sts.example.com.   TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._when import receives_mail
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mta_sts import mta_sts_above, mta_sts_record
from mailsetup.walks.mx_records import mx_records


@check(
    title="MTA-STS of the domain above does not cover this name",
    severity=Severity.INFO,
    applies_to=receives_mail,
    codes=["STS_SUBDOMAIN"],
    reads=[mta_sts_record, mta_sts_above, mx_records],
    cites=["RFC 8461 section 3.4"],
)
def sts_not_inherited(case: Case) -> Iterator[Finding]:
    found = case.read(mta_sts_record).found
    if not found.missing:
        return
    above = case.read(mta_sts_above)
    if above is not None and above.found.candidates:
        yield case.finding(
            "{domain} has no MTA-STS policy; that of {above} does not hold for it",
            domain=case.domain,
            above=above.found.domain,
            at=(found.question, above.found.question),
            remedy="Publish a record at _mta-sts.{domain} and serve a policy file at mta-sts.{domain}.",
        )
