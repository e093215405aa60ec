"""
A DMARC record that does not begin with v=DMARC1.

Receivers pass over every text at this name that does not begin with exactly "v=DMARC1", in these
letters, and a semicolon after it. What was meant as a policy is then no policy.

Fires on:

    _dmarc.example.com.  TXT  "p=reject; v=DMARC1"
    example.com.         MX   10 mx.example.com.

Fires on:

    _dmarc.example.com.  TXT  "v=dmarc1; p=reject"
    example.com.         MX   10 mx.example.com.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1 p=reject"
    example.com.         MX   10 mx.example.com.

Fires on:

    _dmarc.example.com.  TXT  "\\"v=DMARC1; p=none\\""
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    _dmarc.example.com.  TXT  "v=dmarc-note"

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import NEVER_COUNTED, never_counted, repaired_text
from mailsetup.checks._pasted import WITHOUT_QUOTES, begins_quoted
from mailsetup.checks._silence import one_dmarc_record
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.model.message import say
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="A DMARC record that does not begin with v=DMARC1",
    severity=Severity.ERROR,
    codes=["DMARC_VERSION_FIRST"],
    cites=["RFC 9989 section 4.7"],
    reads=[dmarc_record],
    silent_where=one_dmarc_record,
)
def version_not_first(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    if own.candidates:
        return
    for code, text in own.near_misses:
        if code == "DMARC_VERSION_FIRST":
            advice = (
                say(WITHOUT_QUOTES)
                if begins_quoted(text)
                else say("Put v=DMARC1 first, in capital letters, with a semicolon after it.")
            )
            repaired = repaired_text(text)
            yield case.finding(
                '{name} holds "{text}", which no receiver takes for a DMARC record: it must begin with v=DMARC1;',
                name=own.question.name,
                text=text[:200],
                at=case.evidence(own.question, text[:200]),
                remedy=say(NEVER_COUNTED, advice=advice) if repaired and never_counted(repaired) else advice,
                fix=Fix(own.owner, "TXT", (presentation(repaired),)) if repaired else None,
            )
