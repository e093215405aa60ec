"""Whether this machine's clock can be right: the root's signatures must be valid now (RFC 4034 section 3.1.5)."""

from __future__ import annotations

from typing import NamedTuple

from .addresses import Address


class Span(NamedTuple):
    """The time that the root's signatures cover, in seconds since 1970."""

    inception: int
    expiration: int


async def root_span(address: Address, timeout: float = 2.0) -> Span | None:
    """The span of a signature over the root's keys, from a resolver on UDP; None where none can be had."""
    import dns.asyncquery
    import dns.exception
    import dns.message
    import dns.rdatatype

    query = dns.message.make_query(".", dns.rdatatype.DNSKEY, want_dnssec=True, payload=1232)
    try:
        response, _ = await dns.asyncquery.udp_with_fallback(
            query, address.host, timeout=timeout, port=address.port
        )
    except (dns.exception.DNSException, OSError, EOFError):
        return None
    spans = [
        Span(rdata.inception, rdata.expiration)
        for rrset in response.answer
        if rrset.rdtype == dns.rdatatype.RRSIG
        for rdata in rrset
    ]
    return spans[0] if spans else None
