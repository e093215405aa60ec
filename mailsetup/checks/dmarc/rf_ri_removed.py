"""
rf= and ri= no longer exist.

The format (rf) and interval (ri) of reports can no longer be chosen; receivers pass over both.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com; ri=3600"
    example.com.         MX   10 mx.example.com.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com; rf=afrf"
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
from mailsetup.model.message import say
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="rf= and ri= no longer exist",
    severity=Severity.INFO,
    codes=["DMARC_RF_RI_REMOVED"],
    cites=["RFC 9989 appendix C.5.2"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    silent_where=dmarc_is_plain,
)
def rf_ri_removed(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    old = tuple(name for name, _ in own.record.retired if name != "pct") if own.record is not None else ()
    if old:
        tags = ", ".join(f"{name}=" for name in old)
        yield case.finding(
            "{tags} no longer {n:means|mean} anything; receivers pass over {n:it|them}",
            tags=tags,
            n=len(old),
            at=tag_evidence(own, old[0]),
            remedy=say("Leave {tags} out.", tags=tags),
            fix=amended_record(own, drop=old),
        )
