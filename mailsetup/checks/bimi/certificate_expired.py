"""
The mark certificate has expired, or ends within two weeks.

Logos vanish the day it ends. A renewal takes some days, since a person looks at it.

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
    https://example.com/mark.pem  WEB 200 application/x-pem-file mark=example.com until=2026-11-01

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
    https://example.com/mark.pem  WEB 200 application/x-pem-file mark=example.com until=2026-11-30

Silent on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
    https://example.com/mark.pem  WEB 200 application/x-pem-file mark=example.com until=2026-12-24

Unknown on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
    https://example.com/mark.pem  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from mailsetup.grammar.mark_certificate import read_mark_file
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.bimi import bimi_evidence

DAYS = 14  # practice: a renewal takes some days


@check(
    title="The mark certificate has expired, or soon will",
    severity=Severity.ERROR,
    codes=["BIMI_CERT_EXPIRED"],
    reads=[bimi_evidence],
    cites=["draft-fetch-validation-vmc-wchuang-12"],
    opt_in="deep",
)
def certificate_expired(case: Case) -> Iterator[Finding]:
    found = case.read(bimi_evidence)
    answer, question = found.answer, found.question
    if answer is None or question is None or answer.status != 200:
        return
    leaf = read_mark_file(answer.body).leaf
    soon = (datetime.fromisoformat(case.as_of) + timedelta(days=DAYS)).strftime("%Y-%m-%dT%H:%M:%SZ")
    if leaf is not None and leaf.not_after < soon:
        over = leaf.not_after < case.as_of
        yield case.finding(
            "the mark certificate ended on {date}" if over else "the mark certificate ends on {date}",
            date=leaf.not_after[:10],
            severity=Severity.ERROR if over else Severity.WARNING,
            at=(question, found.published.found.question),
            remedy="Renew the mark certificate and put the new file in its place.",
        )
