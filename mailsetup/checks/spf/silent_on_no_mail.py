"""
A domain that takes no part in mail does not say so in SPF.

Names that never send are favourites of forgers. One record, v=spf1 -all, tells receivers that every mail
in this name is forged.

Fires on:

    example.com.  MX  0 .

Silent on:

    example.com.  MX   0 .
    example.com.  TXT  "v=spf1 -all"

Silent on:

    example.com.       MX  10 mail.example.com.
    mail.example.com.  A   9.9.9.10

Unknown on:

    example.com.  MX       0 .
    example.com.  TIMEOUT  TXT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._when import publishes_no_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import present
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.mail_use import mail_use
from mailsetup.walks.spf_record import spf_record


@check(
    title="A domain without mail does not say so in SPF",
    severity=Severity.WARNING,
    applies_to=publishes_no_spf,
    codes=["SPF_NONSENDING_DENY"],
    reads=[mail_use, spf_record],
    cites=["RFC 7208 section 10.1.2"],
    yields_to=["spf/misread-version", "spf/sender-id-record", "spf/type99-record"],
)
def silent_on_no_mail(case: Case) -> Iterator[Finding]:
    use = case.read(mail_use)
    if use.none:
        yield case.finding(
            "{domain} takes no part in mail, but has no SPF record that says so: anybody can send in its name",
            domain=case.domain,
            at=(case.read(spf_record).question, *use.questions),
            remedy='Publish the TXT record "v=spf1 -all".',
            fix=Fix(case.domain, "TXT", (*_others(case), '"v=spf1 -all"')),
        )


def _others(case: Case) -> tuple[str, ...]:
    """The TXT records that are there and stay."""
    return tuple(present(record, "TXT") for record in case.read(spf_record).answer.records)
