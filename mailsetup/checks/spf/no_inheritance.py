"""
A sub-domain without SPF, below a domain that has it.

SPF is not inherited: the record of the domain above says nothing about mail with this name. What sends
here needs a record here.

Fires on news.example.com:

    example.com.       TXT  "v=spf1 ip4:192.0.2.1 -all"
    news.example.com.  MX   10 mail.example.com.

Silent on news.example.com:

    example.com.       TXT  "v=spf1 ip4:192.0.2.1 -all"
    news.example.com.  MX   10 mail.example.com.
    news.example.com.  TXT  "v=spf1 ip4:192.0.2.2 -all"

Silent on:

    example.com.  MX   10 mail.example.com.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._when import publishes_no_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.spf_above import spf_above
from mailsetup.walks.spf_record import spf_record


@check(
    title="The sub-domain has no SPF record of its own",
    severity=Severity.WARNING,
    applies_to=publishes_no_spf,
    codes=["SPF_SUBDOMAIN_NOINHERIT"],
    reads=[spf_above, mx_records, spf_record],
    cites=["RFC 7208 section 3.1"],
    yields_to=["spf/misread-version", "spf/sender-id-record", "spf/type99-record", "spf/silent-on-no-mail"],
)
def no_inheritance(case: Case) -> Iterator[Finding]:
    above = case.read(spf_above)
    if above is None or not above.texts:
        return
    yield case.finding(
        "{domain} has no SPF record; the one at {above} does not cover it, for SPF is not inherited",
        domain=case.domain,
        above=above.name,
        at=(case.read(spf_record).question, above.question),
        owner=case.domain,
        severity=None if case.read(mx_records).exchanges else Severity.INFO,
        remedy='If mail is sent as {domain}, publish an SPF record for its senders here; if not, publish "v=spf1 -all".',
    )
