"""
BIMI logos depend on the local part (lps=).

Only a receiver that knows this young tag looks at selectors by local part; each entry is the beginning
of a local part.

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; lps=brand-,news"

Silent on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem"

Unknown on (options: deep):

    default._bimi.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.grammar.bimi import is_prefix, tags
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.message import say
from mailsetup.walks.bimi import bimi_record


@check(
    title="BIMI logos by local part",
    severity=Severity.INFO,
    codes=["BIMI_LPS"],
    reads=[bimi_record],
    cites=["draft-brand-indicators-for-message-identification-14"],
    opt_in="deep",
)
def local_part_prefixes(case: Case) -> Iterator[Finding]:
    published = case.read(bimi_record)
    if published.record is None or tags(published.found.text).get("lps") is None:
        return
    bad = [prefix for prefix in published.record.prefixes if not is_prefix(prefix)]
    yield case.finding(
        "lps= holds what cannot begin a local part: {bad}"
        if bad
        else "lps= lets the logo depend on the local part: {all}",
        bad=", ".join(bad)[:120],
        all=", ".join(published.record.prefixes)[:120] or say("nothing"),
        at=published.found.evidence(),
    )
