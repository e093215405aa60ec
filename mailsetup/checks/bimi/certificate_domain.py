"""
The mark certificate is not for this domain, or is no mark certificate.

It must name the domain (or the selector's name) and carry the key usage for BIMI.

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
    https://example.com/mark.pem  WEB 200 application/x-pem-file mark=example.net

Fires on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
    https://example.com/mark.pem  WEB 200 application/x-pem-file "not a certificate"

Silent on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
    https://example.com/mark.pem  WEB 200 application/x-pem-file mark=example.com

Unknown on (options: deep):

    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/mark.pem"
    https://example.com/mark.pem  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._files import READ_LIMIT, not_served
from mailsetup.grammar.mark_certificate import read_mark_file
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.message import say
from mailsetup.walks.bimi import bimi_evidence


@check(
    title="The mark certificate is not for this domain",
    severity=Severity.ERROR,
    codes=["BIMI_CERT_DOMAIN"],
    reads=[bimi_evidence],
    cites=["draft-fetch-validation-vmc-wchuang-12"],
    opt_in="deep",
)
def certificate_domain(case: Case) -> Iterator[Finding]:
    found = case.read(bimi_evidence)
    answer, question = found.answer, found.question
    if answer is None or question is None or answer.unknown:
        return
    mark = read_mark_file(answer.body)
    leaf = mark.leaf
    domain = found.published.found.domain
    wanted = {case.domain, domain, f"default._bimi.{domain}", f"default._bimi.{case.domain}"}
    places = (question, found.published.found.question)
    why = not_served(answer)
    if why is None and leaf is None and answer.truncated:
        why = say("no certificate stands in its first {limit} octets", limit=READ_LIMIT)
    if why is not None:
        yield case.finding(
            "the mark certificate {url} cannot be fetched: {why}",
            url=question.url[:120],
            why=why,
            at=places,
            remedy="Serve the PEM file with certificate and chain there over https, without a redirect.",
        )
    elif leaf is None:
        yield case.finding(
            "there is no certificate at {url}",
            url=question.url[:120],
            at=places,
            remedy="Serve the PEM file with certificate and chain there over https, without a redirect.",
        )
    elif not wanted & set(leaf.names) or not mark.for_marks:
        yield case.finding(
            "the mark certificate is made out to {names}, not to {domain}"
            if mark.for_marks
            else "the certificate for {names} is not made for BIMI marks",
            names=", ".join(leaf.names[:5]) or say("nobody"),
            domain=domain,
            at=places,
            remedy="Ask the authority for a mark certificate (VMC or CMC) for {domain}.",
        )
