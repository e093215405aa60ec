"""
The address of the BIMI logo cannot be used.

l= is one https address of an SVG file, or empty to say that no logo is wanted. A comma in it is written as %2C.

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=http://example.com/logo.svg"

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; a=https://example.com/vmc.pem"

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo,2026.svg"

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/our logo.svg"

Silent on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem"

Silent on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com?logo=a%2Cb#top"

Unknown on (options: deep):

    default._bimi.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.grammar.bimi import is_https
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.bimi import bimi_record


@check(
    title="The address of the BIMI logo cannot be used",
    severity=Severity.ERROR,
    codes=["BIMI_L_HTTPS"],
    reads=[bimi_record],
    cites=["draft-brand-indicators-for-message-identification-14"],
    opt_in="deep",
)
def logo_address(case: Case) -> Iterator[Finding]:
    published = case.read(bimi_record)
    record = published.record
    if record is None or record.logo == "" or (record.logo is not None and is_https(record.logo)):
        return
    yield case.finding(
        "the BIMI record has no logo address (l=)"
        if record.logo is None
        else '"{uri}" is not an https address of a logo',
        uri=(record.logo or "")[:120],
        at=published.found.evidence(),
        remedy="Give one https:// address of the SVG file in l=.",
    )
