"""
A name too deep for the tree walk.

Receivers ask at most eight names: after a name of more than eight labels they go on with its last seven.
A record at a name between is never found.

Fires on a.b.c.d.e.f.g.example.com:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    a.b.c.d.e.f.g.example.com.  MX  10 mx.example.com.

Silent on a.b.c.d.e.f.example.com:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on a.b.c.d.e.f.g.example.com:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    _dmarc.a.b.c.d.e.f.g.example.com.  TXT  "v=DMARC1; p=reject"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import one_dmarc_record
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.names import labels
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="A name too deep for the tree walk",
    severity=Severity.INFO,
    codes=["DMARC_TREEWALK_LIMIT"],
    cites=["RFC 9989 section 4.10"],
    reads=[dmarc_record],
    silent_where=one_dmarc_record,
)
def treewalk_limit(case: Case) -> Iterator[Finding]:
    depth = len(labels(case.domain))
    if depth > 8 and not case.read(dmarc_record).candidates:
        yield case.finding(
            "{domain} has {depth} labels; records at the names between it and {jump} are never found",
            domain=case.domain,
            depth=depth,
            jump=".".join(labels(case.domain)[-7:]),
            remedy="Publish a DMARC record at {domain} itself, or rely on one higher up.",
        )
