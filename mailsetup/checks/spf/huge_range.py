"""
An address range larger than anybody's mail servers.

Whoever can send from one address of it passes as the domain. A range wider than /16 (IPv6: /32) is
mostly a slip of the pen or a cloud provider's whole network.

Fires on:

    example.com.  TXT  "v=spf1 ip4:9.0.0.0/8 -all"

Fires on:

    example.com.  TXT  "v=spf1 ip6:2a00::/16 -all"

Fires on:

    example.com.  TXT  "v=spf1 ip4:192.168.0.0/0 -all"

Silent on:

    example.com.  TXT  "v=spf1 ip4:9.9.0.0/16 ip6:2a00:1450::/32 -ip4:8.0.0.0/8 -all"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._spf import located
from mailsetup.checks._when import publishes_sound_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.records import Mechanism
from mailsetup.walks.addresses import is_private
from mailsetup.walks.spf_record import spf_record

WIDEST = {"ip4": 16, "ip6": 32}  # shortest prefix lengths seen at honest senders; practice

RESERVED = {
    "ip4": 4,
    "ip6": 7,
}  # the largest reserved ranges (RFC 6890); one that is larger reaches beyond them


@check(
    title="SPF lists a huge address range",
    severity=Severity.WARNING,
    applies_to=publishes_sound_spf,
    codes=["SPF_HUGE_RANGE"],
    reads=[spf_record],
    cites=["RFC 7208 section 5.6", "RFC 7208 section 11.4"],
)
def huge_range(case: Case) -> Iterator[Finding]:
    found = case.read(spf_record)
    for term, span in located(found):
        if type(term) is not Mechanism or term.name not in WIDEST:
            continue
        widest = WIDEST[term.name]
        length = term.prefix4 if term.name == "ip4" else term.prefix6
        if (
            term.qualifier != "+"
            or length is None
            or (length >= RESERVED[term.name] and is_private(term.argument))
        ):
            continue
        if length < widest:
            yield case.finding(
                'the SPF term "{term}" lets a huge range send as {domain}: {addresses} addresses',
                term=str(term),
                domain=case.domain,
                addresses=f"2^{(32 if term.name == 'ip4' else 128) - length}",
                at=found.evidence(span),
                severity=Severity.ERROR if length == 0 else None,
                remedy="List only the addresses your mail really leaves from.",
            )
