"""
A policy for a part of the mail.

pct= no longer exists. Older receivers still apply the policy to that part of the mail only, newer ones
to all of it: the same letter fares differently from receiver to receiver.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; pct=25; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=none; pct=25; rua=mailto:dmarc@example.com"
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
    title="A policy for a part of the mail",
    severity=Severity.WARNING,
    codes=["DMARC_PCT_PARTIAL"],
    cites=["RFC 9989 appendix A.6"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    silent_where=dmarc_is_plain,
)
def pct_partial(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    percent = None if own.record is None else own.record.percent

    if (
        percent is not None
        and 0 < percent < 100
        and own.record is not None
        and own.record.policy is not Policy.NONE
    ):
        yield case.finding(
            "pct={percent} is passed over by newer receivers: they apply the policy to all mail, older ones to a part",
            percent=percent,
            at=tag_evidence(own, "pct"),
            remedy="Leave pct= out if all your mail passes; if not yet, step back to p=none.",
            fix=amended_record(own, drop=("pct",)),
        )
