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

Fires on:

    example.com.  TXT  "v=spf1 a/0 mx//8 -all"
    example.com.  A    9.9.9.9

Silent on:

    example.com.  TXT  "v=spf1 ip4:9.9.0.0/16 a/16//32 ip6:2a00:1450::/32 -ip4:8.0.0.0/8 -all"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import spf_ranges_are_usual
from mailsetup.checks._spf import located
from mailsetup.checks._when import publishes_sound_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.records import Mechanism
from mailsetup.walks.addresses import is_private
from mailsetup.walks.spf_record import spf_record

WIDEST = {4: 16, 6: 32}  # shortest prefix lengths seen at honest senders; practice
RESERVED = {4: 4, 6: 7}  # the largest reserved ranges (RFC 6890); one that is larger reaches beyond them
BITS = {4: 32, 6: 128}


@check(
    title="SPF lists a huge address range",
    severity=Severity.WARNING,
    applies_to=publishes_sound_spf,
    codes=["SPF_HUGE_RANGE"],
    reads=[spf_record],
    cites=["RFC 7208 section 5.3", "RFC 7208 section 5.6", "RFC 7208 section 11.4"],
    silent_where=spf_ranges_are_usual,
)
def huge_range(case: Case) -> Iterator[Finding]:
    found = case.read(spf_record)
    for term, span in located(found):
        if type(term) is not Mechanism or term.qualifier != "+":
            continue
        if term.prefix4 is None and term.prefix6 is None:
            continue
        huge = {
            family: length
            for family, length in ((4, term.prefix4), (6, term.prefix6))
            if length is not None and length < WIDEST[family] and not _is_reserved(term, family, length)
        }
        if not huge:
            continue
        addresses = max(BITS[family] - length for family, length in huge.items())
        yield case.finding(
            'the SPF term "{term}" lets a huge range send as {domain}: {addresses} addresses',
            term=str(term),
            domain=case.domain,
            addresses=f"2^{addresses}",
            at=found.evidence(span),
            severity=Severity.ERROR if 0 in huge.values() else None,
            remedy="List only the addresses your mail really leaves from.",
        )


def _is_reserved(term: Mechanism, family: int, length: int) -> bool:
    """Whether all of it is space nobody can send from; of ``a`` and ``mx`` nobody knows from the record alone."""
    return term.name in ("ip4", "ip6") and length >= RESERVED[family] and is_private(term.argument)
