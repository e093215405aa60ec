"""
CAA limits who issues web certificates, and not who issues those for signed mail.

Without issuemail any authority may issue S/MIME certificates for the domain's mailboxes. Whoever uses
none says so with a single semicolon.

Fires on (options: deep):

    example.com.  CAA  0 issue "ca.example.net"

Silent on (options: deep):

    example.com.  CAA  0 issue "ca.example.net"
    example.com.  CAA  0 issuemail ";"

Unknown on (options: deep):

    example.com.  TIMEOUT CAA
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.caa import caa_records


@check(
    title="CAA limits web certificates and not those of mail",
    severity=Severity.INFO,
    codes=["CAA_ISSUEMAIL"],
    reads=[caa_records],
    cites=["RFC 9495 section 3"],
    opt_in="deep",
)
def caa_no_issuemail(case: Case) -> Iterator[Finding]:
    caa = case.read(caa_records)
    if caa.values("issue") and not caa.values("issuemail"):
        yield case.finding(
            "CAA at {name} limits web certificates, but any authority may issue S/MIME certificates for its mailboxes",
            name=caa.found_at,
            at=caa.question,
            remedy='Add 0 issuemail ";" if nobody signs mail with S/MIME, else name the authority.',
        )
