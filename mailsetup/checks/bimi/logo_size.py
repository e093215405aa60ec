"""
The BIMI logo is too large or not square.

Files of at most 32 KB and a square viewBox are shown everywhere; others are cut or left out.

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
    https://example.com/logo.svg  WEB 200 image/svg+xml
      | <svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 128 64"><title>Example</title></svg>

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
    https://example.com/logo.svg  WEB 200 image/svg+xml size=40000
      | <svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 64 64"><title>Example</title></svg>

Silent on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
    https://example.com/logo.svg  WEB 200 image/svg+xml
      | <svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 64 64"><title>Example</title></svg>

Unknown on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
    https://example.com/logo.svg  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.grammar.svg_tiny import ADVISED_OCTETS, read_logo
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.bimi import bimi_logo


@check(
    title="The BIMI logo is too large or not square",
    severity=Severity.WARNING,
    codes=["BIMI_SVG_SIZE"],
    reads=[bimi_logo],
    cites=["draft-svg-tiny-ps-abrotman-09"],
    opt_in="deep",
)
def logo_size(case: Case) -> Iterator[Finding]:
    found = case.read(bimi_logo)
    answer, question = found.answer, found.question
    if answer is None or question is None or answer.status != 200:
        return
    logo = read_logo(answer.body)
    large = answer.truncated or logo.octets > ADVISED_OCTETS
    if large or logo.square is False:
        if answer.truncated:
            template = "the BIMI logo has more than {octets} octets; at most {limit} are advised"
        elif large:
            template = "the BIMI logo has {octets} octets; at most {limit} are advised"
        else:
            template = "the BIMI logo is not square"
        yield case.finding(
            template,
            octets=len(answer.body) if answer.truncated else logo.octets,
            limit=ADVISED_OCTETS,
            at=(question, found.published.found.question),
            remedy="Simplify the picture, and give it a square viewBox.",
        )
