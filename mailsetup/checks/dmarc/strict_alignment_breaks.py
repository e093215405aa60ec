"""
Strict alignment while sub-domains send.

With adkim=s or aspf=s only the very same domain aligns. Services that use a sub-domain for bounces or
signatures then pass for themselves and fail for DMARC. Relaxed alignment is the default and right for
almost everybody.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; aspf=s; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    bounce.example.com.  TXT  "v=spf1 ip4:9.9.9.9 -all"

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; aspf=s; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    bounce.example.com.  TXT  "v=spf1 -all"

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    bounce.example.com.  TXT  "v=spf1 ip4:9.9.9.9 -all"

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record, tag_evidence, value_of
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_subdomain_senders import dmarc_subdomain_senders


@check(
    title="Strict alignment while sub-domains send",
    severity=Severity.WARNING,
    codes=["DMARC_STRICT_BREAKS"],
    cites=["RFC 9989 section 4.4"],
    applies_to=publishes_dmarc,
    reads=[dmarc_subdomain_senders],
)
def strict_alignment_breaks(case: Case) -> Iterator[Finding]:
    found = case.read(dmarc_subdomain_senders)
    for question, _ in found.senders[:1]:
        strict = (
            "aspf"
            if found.own.tag("aspf") is not None and value_of(found.own, "aspf").lower() == "s"
            else "adkim"
        )
        yield case.finding(
            "{tag}=s asks for strict alignment, but {sender} sends as well; its mail will not align with {domain}",
            tag=strict,
            sender=question.name,
            domain=case.domain,
            at=(tag_evidence(found.own, strict), question),
            remedy="Leave adkim= and aspf= out: relaxed alignment still wants the same organization.",
            fix=amended_record(found.own, drop=("adkim", "aspf")),
        )
