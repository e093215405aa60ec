"""
pct=0 instead of t=y.

pct=0 was used to test a policy without applying it. Newer receivers pass over it and apply the policy in
full; what replaces it is t=y.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; pct=0; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=none; pct=0; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record, tag_evidence
from mailsetup.checks._silence import dmarc_is_plain
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.mail_records import Policy
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="pct=0 instead of t=y",
    severity=Severity.WARNING,
    codes=["DMARC_PCT_ZERO"],
    cites=["RFC 9989 appendix A.6"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    silent_where=dmarc_is_plain,
)
def pct_zero(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    percent = None if own.record is None else own.record.percent

    if percent == 0 and own.record is not None and own.record.policy is not Policy.NONE:
        yield case.finding(
            "pct=0 no longer holds the policy back: newer receivers apply it to all mail",
            at=tag_evidence(own, "pct"),
            remedy="Say t=y for a test (older receivers do not know it, and apply the policy in full), or p=none to be sure "
            "that nothing is refused.",
            fix=amended_record(own, drop=("pct",), t="y"),
        )
