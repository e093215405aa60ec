"""
An unknown tag in the DMARC record.

Receivers pass over tags they do not know. Often one is a slip of the pen: what was meant does not count.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com; policy=reject"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record, tag_evidence
from mailsetup.checks._silence import dmarc_is_plain
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="An unknown tag in the DMARC record",
    severity=Severity.INFO,
    codes=["DMARC_UNKNOWN_TAG"],
    cites=["RFC 9989 section 4.7"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    silent_where=dmarc_is_plain,
)
def unknown_tag(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    for name, value in own.record.unknown[:1] if own.record is not None else ():
        yield case.finding(
            "{name}={value} is no tag of DMARC; receivers pass over it",
            name=name,
            value=value,
            at=tag_evidence(own, name),
            remedy="Correct the tag's name, or leave it out.",
            fix=amended_record(own, drop=tuple(n for n, _ in own.record.unknown))
            if own.record is not None
            else None,
        )
