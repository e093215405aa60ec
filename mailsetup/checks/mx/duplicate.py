"""
The same mail host in several MX records.

Senders try it again in vain when it is down, and only one of the preferences can be meant.

Fires on:

    example.com.       MX  10 mail.example.com.
    example.com.       MX  20 mail.example.com.
    mail.example.com.  A   9.9.9.10

Silent on:

    example.com.        MX  10 mail.example.com.
    example.com.        MX  10 mail2.example.com.
    mail.example.com.   A   9.9.9.10
    mail2.example.com.  A   149.112.112.10
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import mx_set_is_plain
from mailsetup.checks._when import receives_mail
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import MX, present
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.mx_records import mx_records


@check(
    title="A mail host is listed twice",
    severity=Severity.WARNING,
    applies_to=receives_mail,
    codes=["MX_DUPLICATE"],
    reads=[mx_records],
    cites=["RFC 5321 section 5.1"],
    silent_where=mx_set_is_plain,
)
def duplicate(case: Case) -> Iterator[Finding]:
    mx = case.read(mx_records)
    if not mx.duplicates:
        return
    best: dict[str, MX] = {}
    for record in mx.records:
        best.setdefault(record.exchange, record)
    kept = Fix(case.domain, "MX", tuple(present(r, "MX") for r in best.values()))
    for exchange in mx.duplicates:
        preferences = sorted({r.preference for r in mx.records if r.exchange == exchange})
        yield case.finding(
            "the mail host {exchange} is listed several times, with the preferences {preferences}",
            exchange=exchange,
            preferences=", ".join(map(str, preferences)),
            at=case.evidence(mx.question, quote=exchange),
            remedy="Keep one MX record for {exchange} and delete the others.",
            fix=kept,
        )
