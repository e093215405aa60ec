"""
The domain publishes no SPF record.

SPF says which hosts may send mail in a domain's name. Without it anybody may try, and large receivers
treat mail without SPF worse or refuse it (550 5.7.26, 550 5.7.515).

Fires on:

    example.com.  MX   10 mail.example.com.
    example.com.  TXT  "google-site-verification=abc"

Silent on:

    example.com.  TXT  "v=spf1 -all"

Unknown on:

    example.com.  TIMEOUT TXT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._when import publishes_no_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.spf_record import spf_record


@check(
    title="The domain publishes no SPF record",
    severity=Severity.WARNING,
    applies_to=publishes_no_spf,
    codes=["SPF_MISSING"],
    reads=[spf_record],
    cites=["RFC 7208 section 4.5", "RFC 7208 section 3.1"],
    yields_to=[
        "spf/misread-version",
        "spf/sender-id-record",
        "spf/type99-record",
        "spf/no-inheritance",
        "spf/silent-on-no-mail",
    ],
)
def missing_record(case: Case) -> Iterator[Finding]:
    found = case.read(spf_record)
    yield case.finding(
        "{domain} has no SPF record: receivers cannot tell its mail from forgeries",
        domain=case.domain,
        at=found.question,
        remedy="Publish one TXT record at {domain} that names everybody who sends for you, such as "
        '"v=spf1 include:<your provider> ~all"; `mailsetup plan` writes it for your provider.',
    )
