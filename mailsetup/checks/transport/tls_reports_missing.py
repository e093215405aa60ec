"""
No TLS reports are asked for.

Senders that cannot deliver over an encrypted connection tell nobody, unless the domain publishes where
to report it. Without reports a broken certificate or policy is found only when mail is missed.

Fires on:

    example.com.            MX   10 mail.example.com.

Silent on:

    example.com.            MX   10 mail.example.com.
    _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=mailto:tls-reports@example.com"

Unknown on:

    example.com.            MX   10 mail.example.com.
    _smtp._tls.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._when import receives_mail
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.tls_rpt import tls_reporting


@check(
    title="No TLS reports are asked for",
    severity=Severity.INFO,
    applies_to=receives_mail,
    codes=["TLSRPT_MISSING"],
    reads=[tls_reporting, mx_records],
    cites=["RFC 8460 section 3"],
    yields_to=["transport/sts-without-reports", "transport/tls-reports-version"],
)
def tls_reports_missing(case: Case) -> Iterator[Finding]:
    reporting = case.read(tls_reporting)
    if not reporting.found.missing:
        return
    name = reporting.found.question.name
    yield case.finding(
        "{domain} does not ask for TLS reports: senders that fail to encrypt have nobody to tell",
        domain=case.domain,
        at=reporting.found.question,
        remedy="Publish where reports go; use a mailbox that somebody reads, or a reporting service.",
        fix=Fix(name, "TXT", (presentation(f"v=TLSRPTv1; rua=mailto:postmaster@{case.domain}"),)),
    )
