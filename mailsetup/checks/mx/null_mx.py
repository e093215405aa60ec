"""
The domain says that it takes no mail.

One MX record with preference 0 and the root as exchange is the null MX: senders give up at
once with a clear answer in place of trying for days. Right for domains without mailboxes;
fatal by mistake.

Fires on:

    example.com.  MX   0 .
    example.com.  TXT  "v=spf1 -all"

Silent on:

    example.com.       MX  0 mail.example.com.
    mail.example.com.  A   9.9.9.10
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._when import publishes_null_mx
from mailsetup.grammar.spf import allows_nobody
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.policy_texts import apex_texts


@check(
    title="The domain takes no mail (null MX)",
    severity=Severity.INFO,
    applies_to=publishes_null_mx,
    codes=["MX_NULL_VALID"],
    reads=[mx_records, apex_texts],
    cites=["RFC 7505 section 3"],
    yields_to=["mx/null-but-sends", "mx/null-preference"],
)
def null_mx(case: Case) -> Iterator[Finding]:
    mx = case.read(mx_records)
    spf = case.read(apex_texts).spf
    if len(spf) == 1 and allows_nobody(spf[0].text):
        yield case.finding(
            "{domain} says that it neither takes nor sends mail (null MX, and SPF that allows nobody)",
            domain=case.domain,
            at=mx.question,
        )
    else:
        yield case.finding(
            "{domain} says that it takes no mail (null MX)", domain=case.domain, at=mx.question
        )
