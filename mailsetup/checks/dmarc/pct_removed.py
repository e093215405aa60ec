"""
pct= no longer exists.

RFC 9989 removed pct=: newer receivers pass over it and apply the full policy. pct=100 changes nothing
and can simply go.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; pct=100; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; pct=half; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=none; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record, tag_evidence, value_of
from mailsetup.checks._silence import dmarc_is_plain
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.mail_records import Policy
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="pct= no longer exists",
    severity=Severity.WARNING,
    codes=["DMARC_PCT_REMOVED"],
    cites=["RFC 9989 appendix A.6", "RFC 9989 appendix C.5.2"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    silent_where=dmarc_is_plain,
)
def pct_removed(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    record = own.record
    if record is None or own.tag("pct") is None:
        return
    percent = record.percent
    if percent is not None and percent < 100 and record.policy is not Policy.NONE:
        return
    yield case.finding(
        "pct={value} no longer means anything; receivers pass over it",
        value=value_of(own, "pct"),
        severity=Severity.INFO if percent == 100 else None,
        at=tag_evidence(own, "pct"),
        remedy="Leave pct= out.",
        fix=amended_record(own, drop=("pct",)),
    )
