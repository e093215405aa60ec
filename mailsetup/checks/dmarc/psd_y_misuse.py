"""
psd=y on an ordinary domain.

psd=y says that the domain is a public suffix, like "com". Each name below it becomes an organization of
its own: nothing of theirs aligns with the domain any more, nor with one another.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; psd=y; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on co.uk:

    _dmarc.co.uk.  TXT  "v=DMARC1; p=reject; psd=y"

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; psd=u; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record, tag_evidence
from mailsetup.checks._silence import dmarc_is_plain
from mailsetup.checks._when import publishes_dmarc
from mailsetup.grammar.public_suffix import is_public_suffix
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.mail_records import Psd
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="psd=y on an ordinary domain",
    severity=Severity.ERROR,
    codes=["DMARC_PSD_Y_MISUSE"],
    cites=["RFC 9989 section 4.10.2"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    silent_where=dmarc_is_plain,
)
def psd_y_misuse(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    if own.record is not None and own.record.psd is Psd.YES and not is_public_suffix(case.domain):
        yield case.finding(
            "psd=y makes every name below {domain} an organization of its own",
            domain=case.domain,
            at=tag_evidence(own, "psd"),
            remedy="Leave psd= out.",
            fix=amended_record(own, drop=("psd",)),
        )
