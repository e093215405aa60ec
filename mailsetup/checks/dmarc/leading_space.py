"""
White space before v=DMARC1.

A record that begins with white space is not recognised: for receivers there is none. Panels that
accept a pasted text keep the space in front of it.

Fires on:

    _dmarc.example.com.  TXT  " v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com ; "
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import NEVER_COUNTED, never_counted
from mailsetup.checks._silence import one_dmarc_record
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.model.message import say
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="White space before v=DMARC1",
    severity=Severity.ERROR,
    codes=["DMARC_LEADING_SPACE"],
    cites=["RFC 9989 section 4.8"],
    reads=[dmarc_record],
    silent_where=one_dmarc_record,
)
def leading_space(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    if own.candidates:
        return
    for code, text in own.near_misses:
        if code == "DMARC_LEADING_SPACE":
            advice = say("Publish the same text without the space in front.")
            yield case.finding(
                "the record at {name} begins with white space, so receivers do not recognise it",
                name=own.question.name,
                at=case.evidence(own.question, text[:200], (0, len(text) - len(text.lstrip()))),
                remedy=say(NEVER_COUNTED, advice=advice) if never_counted(text.strip()) else advice,
                fix=Fix(own.owner, "TXT", (presentation(text.strip()),)),
            )
