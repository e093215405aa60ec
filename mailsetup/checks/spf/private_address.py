"""
A private or reserved address in SPF.

Mail reaches receivers from public addresses; a private one (10/8, 192.168/16, 127/8 ...) never matches
there, or matches inside somebody else's network. Mostly the public address of the office is missing.

Fires on:

    example.com.  TXT  "v=spf1 ip4:192.168.1.0/24 -all"

Fires on:

    example.com.  TXT  "v=spf1 ip6:fd00::/8 ip4:127.0.0.1 -all"

Silent on:

    example.com.  TXT  "v=spf1 ip4:9.9.9.0/24 ip4:192.0.2.1 ip6:2a00:1450::/32 -all"
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from mailsetup.checks._silence import spf_ranges_are_usual
from mailsetup.checks._spf import located, without
from mailsetup.checks._when import publishes_sound_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.records import Mechanism
from mailsetup.walks.addresses import is_public
from mailsetup.walks.spf_record import spf_record

_EXAMPLES = tuple(
    ip_network(n) for n in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")
)

WIDEST = {"ip4": 4, "ip6": 7}  # the largest reserved ranges: 224.0.0.0/4 and 240.0.0.0/4, fc00::/7 (RFC 6890)


@check(
    title="SPF lists a private or reserved address",
    severity=Severity.WARNING,
    applies_to=publishes_sound_spf,
    codes=["SPF_IP_PRIVATE"],
    reads=[spf_record],
    cites=["RFC 6890", "RFC 7208 section 5.6"],
    silent_where=spf_ranges_are_usual,
)
def private_address(case: Case) -> Iterator[Finding]:
    found = case.read(spf_record)
    reserved = [
        (term, span) for term, span in located(found) if type(term) is Mechanism and _is_reserved(term)
    ]
    for term, span in reserved:
        yield case.finding(
            'the SPF term "{term}" is a private or reserved address; mail never comes from there over the Internet',
            term=str(term),
            at=found.evidence(span),
            remedy="Remove it; if your own network sends mail, list its public address.",
            fix=without(found, [place for _, place in reserved]),
        )


def _is_reserved(term: Mechanism) -> bool:
    """Whether a term names such an address; a range larger than any reserved one is another flaw."""
    if term.name not in WIDEST:
        return False
    length = term.prefix4 if term.name == "ip4" else term.prefix6
    return (length is None or length >= WIDEST[term.name]) and _reserved(term.argument)


def _reserved(address: str) -> bool:
    """Whether it is reserved, other than for examples (RFC 5737, RFC 3849), which are somebody's placeholder."""
    if is_public(address):
        return False
    ip = ip_address(address)
    return not any(ip in network for network in _EXAMPLES if network.version == ip.version)
