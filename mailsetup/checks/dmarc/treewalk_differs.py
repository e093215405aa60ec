"""
Old and new receivers see different organizations.

Receivers of RFC 9989 find the organization by climbing the tree, older ones by a list of public
suffixes. Where the two differ, the same mail aligns for one and not for the other. A record at the
domain just below the public suffix makes both agree.

Fires on sub.example.com:

    _dmarc.sub.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on sub.example.com:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    _dmarc.sub.example.com.  TXT  "v=DMARC1; p=quarantine"

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    _dmarc.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_tree import dmarc_tree


@check(
    title="Old and new receivers see different organizations",
    severity=Severity.WARNING,
    codes=["DMARC_TREEWALK_DIFFERS"],
    cites=["RFC 9989 appendix C.3"],
    reads=[dmarc_tree],
    yields_to=["dmarc/psd-n-split", "dmarc/psd-y-misuse"],
)
def treewalk_differs(case: Case) -> Iterator[Finding]:
    tree = case.read(dmarc_tree)
    if "organizational domain" in tree.differs:
        old = tree.reader7489.organizational_domain
        cut = next((s for s in tree.steps if s.domain == old and s.record is not None), None)
        yield case.finding(
            "newer receivers take {new} for the organization of {domain}, older ones {old}",
            new=tree.organizational_domain,
            domain=case.domain,
            old=old,
            at=tree.rests_on,
            remedy="If {old} is yours as well, publish a DMARC record there too."
            if cut is None
            else "Add psd=n to the DMARC record at {old}: it says that the organization begins there.",
            fix=amended_record(cut, psd="n") if cut is not None else None,
        )
