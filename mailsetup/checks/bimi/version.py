"""
A BIMI record that does not begin with v=BIMI1.

The version comes first, letter by letter; a record that begins otherwise is passed over.

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=bimi1; l=https://example.com/logo.svg"

Fires on (options: deep):

    default._bimi.example.com.  TXT  "l=https://example.com/logo.svg; v=BIMI1"

Fires on (options: deep):

    default._bimi.example.com.  TXT  "l=https://example.com/logo.svg"

Silent on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem"

Unknown on (options: deep):

    default._bimi.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._pasted import WITHOUT_QUOTES, begins_quoted
from mailsetup.grammar.bimi import meant_as_bimi
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.bimi import bimi_record


@check(
    title="A BIMI record does not begin with v=BIMI1",
    severity=Severity.ERROR,
    codes=["BIMI_VERSION"],
    reads=[bimi_record],
    cites=["draft-brand-indicators-for-message-identification-14"],
    opt_in="deep",
)
def version(case: Case) -> Iterator[Finding]:
    own = case.read(bimi_record).own
    if own.candidates:
        return
    for text in own.others:
        if meant_as_bimi(text):
            yield case.finding(
                'the record at {name} begins with "{start}", not with v=BIMI1; it is passed over',
                name=own.question.name,
                start=text[:20],
                at=own.evidence(text=text),
                remedy=WITHOUT_QUOTES
                if begins_quoted(text)
                else "Begin the record with v=BIMI1; in capital letters.",
            )
