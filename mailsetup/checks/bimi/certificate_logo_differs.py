"""
The logo in the mark certificate is another one than that of the record.

Receivers compare the two and show neither when they differ.

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
    https://example.com/logo.svg  WEB 200 image/svg+xml
      | <svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 64 64"><title>Example</title></svg>
    https://example.com/mark.pem  WEB 200 application/x-pem-file mark=example.com logo='<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 64 64"><title>Other</title></svg>'

Silent on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
    https://example.com/logo.svg  WEB 200 image/svg+xml
      | <svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 64 64"><title>Example</title></svg>
    https://example.com/mark.pem  WEB 200 application/x-pem-file mark=example.com logo='<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 64 64"><title>Example</title></svg>'

Unknown on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
    https://example.com/logo.svg  WEB 200 image/svg+xml
      | <svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 64 64"><title>Example</title></svg>
    https://example.com/mark.pem  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.grammar.mark_certificate import read_mark_file, same_logo
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.bimi import bimi_evidence, bimi_logo


@check(
    title="The logo in the mark certificate is another one",
    severity=Severity.ERROR,
    codes=["BIMI_CERT_SVG_MISMATCH"],
    reads=[bimi_logo, bimi_evidence],
    cites=["draft-fetch-validation-vmc-wchuang-12"],
    opt_in="deep",
)
def certificate_logo_differs(case: Case) -> Iterator[Finding]:
    pictured, certified = case.read(bimi_logo), case.read(bimi_evidence)
    logo, evidence = pictured.answer, certified.answer
    if logo is None or evidence is None or pictured.question is None or certified.question is None:
        return
    if logo.status != 200 or evidence.status != 200 or logo.truncated or evidence.truncated:
        return
    embedded = read_mark_file(evidence.body).logo
    if embedded is not None and not same_logo(embedded, logo.body):
        yield case.finding(
            "the logo inside the mark certificate is not the one at {url}",
            url=pictured.question.url[:120],
            at=(certified.question, pictured.question),
            remedy="Serve exactly the file that the certificate was issued for.",
        )
