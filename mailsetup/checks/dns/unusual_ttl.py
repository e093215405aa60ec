"""
Mail records that are kept too shortly or too long.

Under five minutes each letter costs another look-up, and a short outage of the name servers is
felt at once. Over a day a mistake or a move takes that long to mend.

Fires on:

    example.com.          MX   10 mail.example.com.
    mail.example.com.     A    9.9.9.10
    example.com.      60  TXT  "v=spf1 mx -all"

Fires on:

    example.com.  172800  MX   10 mail.example.com.
    mail.example.com.     A    9.9.9.10

Silent on:

    example.com.          MX   10 mail.example.com.
    mail.example.com.     A    9.9.9.10
    example.com.      300  TXT  "v=spf1 mx -all"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._lifetimes import published_ttl
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.policy_texts import apex_texts, dmarc_texts

LEAST_SECONDS = 300  # practice
MOST_SECONDS = 86400  # practice


@check(
    title="Mail records are kept too shortly or too long",
    severity=Severity.INFO,
    codes=["DNS_TTL_LOW"],
    reads=[mx_records, apex_texts, dmarc_texts],
    cites=["RFC 1912 section 2.2"],
)
def unusual_ttl(case: Case) -> Iterator[Finding]:
    for walk in (mx_records, apex_texts, dmarc_texts):
        fact = case.read(walk)
        if walk is not mx_records and not fact.mail_policies:
            continue
        question, ttl = fact.question, published_ttl(fact.answer)
        if ttl is None:
            continue
        if ttl < LEAST_SECONDS and walk is not mx_records:  # short MX records have a check of their own
            yield case.finding(
                "the {rdtype} records at {name} are kept for {seconds} seconds only",
                rdtype=question.rdtype,
                name=question.name,
                seconds=ttl,
                least=LEAST_SECONDS,
                at=question,
                remedy="Raise the TTL to {least} seconds or more, unless you are about to change the record.",
            )
        elif ttl > MOST_SECONDS:
            yield case.finding(
                "the {rdtype} records at {name} are kept for {hours} hours; a change takes that long to be "
                "seen",
                rdtype=question.rdtype,
                name=question.name,
                hours=ttl // 3600,
                most=MOST_SECONDS,
                at=question,
                remedy="Lower the TTL to {most} seconds (a day) or less.",
            )
