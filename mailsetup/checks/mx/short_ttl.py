"""
MX records that are kept for less than an hour.

MX records seldom change. A short lifetime makes every sender ask more often, and a short
outage of the name servers then stops the mail. It is right in the days around a move.

Fires on:

    example.com.       300  MX  10 mail.example.com.
    mail.example.com.       A   9.9.9.10

Silent on:

    example.com.       3600  MX  10 mail.example.com.
    mail.example.com.  60    A   9.9.9.10
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._lifetimes import published_ttl
from mailsetup.checks._when import receives_mail
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mx_records import mx_records

LEAST_SECONDS = 3600  # practice


@check(
    title="MX records are kept for less than an hour",
    severity=Severity.INFO,
    applies_to=receives_mail,
    codes=["MX_TTL_LOW"],
    reads=[mx_records],
    cites=["RFC 1912 section 2.2"],
)
def short_ttl(case: Case) -> Iterator[Finding]:
    mx = case.read(mx_records)
    ttl = published_ttl(mx.answer)
    if ttl is not None and ttl < LEAST_SECONDS:
        yield case.finding(
            "the MX records of {domain} are kept for {seconds} seconds only; an hour ({least}) or more is "
            "usual",
            domain=case.domain,
            seconds=ttl,
            least=LEAST_SECONDS,
            at=mx.question,
            remedy=(
                "Raise the TTL of the MX records to {least} or more, unless you are about to move your mail."
            ),
        )
