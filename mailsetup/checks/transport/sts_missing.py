"""
No MTA-STS.

Without it (or DANE) somebody between the mail servers can make a sender fall back to plain text. MTA-STS is
one DNS record and one text file on a web server; start with mode: testing and TLS reports. Whoever has
no web server can let a mail or hosting provider serve the file.

Fires on:

    example.com.            MX   10 mail.example.com.

Silent on:

    example.com.            MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=20261121"

Unknown on:

    example.com.            MX   10 mail.example.com.
    _mta-sts.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._when import receives_mail
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mta_sts import mta_sts_record
from mailsetup.walks.mx_records import mx_records


@check(
    title="No MTA-STS",
    severity=Severity.INFO,
    applies_to=receives_mail,
    codes=["STS_TXT_MISSING"],
    reads=[mta_sts_record, mx_records],
    cites=["RFC 8461 section 3.1"],
    yields_to=["transport/sts-not-inherited", "transport/sts-version"],
)
def sts_missing(case: Case) -> Iterator[Finding]:
    found = case.read(mta_sts_record).found
    if not found.missing:
        return
    yield case.finding(
        "{domain} has no MTA-STS policy: senders cannot know that its mail hosts always offer encryption",
        domain=case.domain,
        at=found.question,
        remedy=(
            "Serve a policy file at https://mta-sts.{domain}/.well-known/mta-sts.txt, in mode testing at first, "
            "then publish the record v=STSv1; id=1 at _mta-sts.{domain}."
        ),
    )
