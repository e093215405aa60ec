"""
The BIMI logo is not SVG Tiny Portable/Secure, or cannot be fetched.

Receivers show only files of this narrow profile: version 1.2, baseProfile tiny-ps, a title, no script, no animation,
nothing from elsewhere.

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
    https://example.com/logo.svg  WEB 200 image/svg+xml
      | <svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny" viewBox="0 0 64 64"><title>Example</title></svg>

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
    https://example.com/logo.svg  WEB 200 image/svg+xml
      | <svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 64 64"><script>1</script><title>Example</title></svg>

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
    https://example.com/logo.svg  WEB 200 image/svg+xml
      | <svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 64 64"><image href="https://example.net/x.png"/><title>Example</title></svg>

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
    https://example.com/logo.svg  WEB 200 image/svg+xml
      | <!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
    https://example.com/logo.svg  WEB 404 text/html "not here"

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

from mailsetup.checks._files import not_served, other_type
from mailsetup.grammar.svg_tiny import read_logo
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.bimi import bimi_logo


@check(
    title="The BIMI logo is not SVG Tiny PS",
    severity=Severity.ERROR,
    codes=["BIMI_SVG_PROFILE"],
    reads=[bimi_logo],
    cites=["draft-svg-tiny-ps-abrotman-09"],
    opt_in="deep",
)
def logo_profile(case: Case) -> Iterator[Finding]:
    found = case.read(bimi_logo)
    answer, question = found.answer, found.question
    if answer is None or question is None or answer.unknown:
        return
    at = (question, found.published.found.question)
    why = not_served(answer)
    if why is not None:
        yield case.finding(
            "the BIMI logo {url} cannot be fetched: {why}",
            url=question.url[:120],
            why=why,
            at=at,
            remedy="Serve the SVG file there over https with a valid certificate and without a redirect.",
        )
        return
    faults = () if answer.truncated else read_logo(answer.body).faults
    for fault in faults:
        yield case.finding(
            "the BIMI logo is not SVG Tiny PS: {fault}",
            fault=fault,
            at=at,
            remedy="Export the logo as SVG Tiny PS; converters for BIMI do it.",
        )
    kind = other_type(answer, "image/svg+xml")  # SVG Tiny 1.2 appendix M
    if kind is not None and not faults and not answer.truncated:
        yield case.finding(
            "the BIMI logo is served as {kind}; the type of SVG is image/svg+xml",
            kind=kind,
            at=at,
            severity=Severity.INFO,
            remedy="Let the web server send Content-Type: image/svg+xml for this file.",
        )
