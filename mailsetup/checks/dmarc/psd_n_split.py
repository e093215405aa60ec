"""
psd=n on a sub-domain.

psd=n makes a sub-domain an organization of its own: mail signed or sent by the domain above no longer
aligns with it, nor the other way round. Meant so for units that run their own mail.

Fires on sub.example.com:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    _dmarc.sub.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; psd=n; rua=mailto:dmarc@example.com"

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; psd=n; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on sub.example.com:

    _dmarc.sub.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record, tag_evidence
from mailsetup.checks._silence import dmarc_is_plain
from mailsetup.checks._when import publishes_dmarc
from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.mail_records import Psd
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="psd=n on a sub-domain",
    severity=Severity.INFO,
    codes=["DMARC_PSD_N_SPLIT"],
    cites=["RFC 9989 section 4.10.2"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record],
    silent_where=dmarc_is_plain,
)
def psd_n_split(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    above = organizational_domain(case.domain)
    if own.record is not None and own.record.psd is Psd.NO and above != case.domain:
        yield case.finding(
            "psd=n cuts {domain} off from {above}: mail authenticated as the one no longer aligns with the other",
            domain=case.domain,
            above=above,
            at=tag_evidence(own, "psd"),
            remedy="Leave psd= out unless {domain} is run by itself.",
            fix=amended_record(own, drop=("psd",)),
        )
