"""
A null MX with a preference other than 0.

It still means that no mail is taken, but the standard says 0, and software that looks for
exactly "0 ." does not see it.

Fires on:

    example.com.  MX  10 .

Silent on:

    example.com.  MX  0 .
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._when import publishes_null_mx
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.mx_records import mx_records


@check(
    title="The null MX has a preference other than 0",
    severity=Severity.WARNING,
    applies_to=publishes_null_mx,
    codes=["MX_NULL_PREFERENCE"],
    reads=[mx_records],
    cites=["RFC 7505 section 3"],
)
def null_preference(case: Case) -> Iterator[Finding]:
    mx = case.read(mx_records)
    preferences = [r.preference for r in mx.records]
    if any(preferences):
        yield case.finding(
            "the null MX of {domain} has the preference {preference}; it should be 0",
            domain=case.domain,
            preference=max(preferences),
            at=mx.question,
            fix=Fix(case.domain, "MX", ("0 .",)),
        )
