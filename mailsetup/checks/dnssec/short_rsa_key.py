"""
A short RSA key signs the zone.

Keys under 2048 bits are within reach of well equipped attackers.

Fires on (options: deep):

    example.com.  DNSKEY  257 3 8 AwEAAcVDSeQi8FKXGR6tE+IdPbUg5avvUgVeSWS4L7IT9ZOhommyijrrSH9eeiyqYmLwZfmSH0xWjqTJE9JweVc1fHyqvvYpbukoKv6nF53zI7E3xsWqRq/syLqFwDmR/ZZjOHBSjV3qnVWpl5PoWRlAQCxljUKlml9FRWwcySP97IJ+

Silent on (options: deep):

    example.com.  DNSKEY  257 3 8 AwEAAcVDSeQi8FKXGR6tE+IdPbUg5avvUgVeSWS4L7IT9ZOhommyijrrSH9eeiyqYmLwZfmSH0xWjqTJE9JweVc1fHyqvvYpbukoKv6nF53zI7E3xsWqRq/syLqFwDmR/ZZjOHBSjV3qnVWpl5PoWRlAQCxljUKlml9FRWwcySP97IJ+6gZHy2qE9Dl+tpNUMCrl0ZJXqYpDl7SgSY61p65rkYvKgD73r7wRbeOcAfgoyWeKowTwEf/hM0gUqOAdJpuj3fyN/sFq5DeNQKuN1iUEnNf7rox5gEBrUC7rI+hICjFog6omF8E8KGdwuuj7YMl4k4bf4QnU0io2Dymc4xJeamw=

Unknown on (options: deep):

    example.com.  TIMEOUT DNSKEY
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dnssec import dnssec_keys, key_tag, rsa_bits

LEAST_BITS = 2048  # practice; the algorithm allows 1024


@check(
    title="A short RSA key signs the zone",
    severity=Severity.WARNING,
    codes=["DNSSEC_RSA_SHORT"],
    reads=[dnssec_keys],
    cites=["RFC 6781 section 3.4.2"],
    opt_in="deep",
)
def short_rsa_key(case: Case) -> Iterator[Finding]:
    found = case.read(dnssec_keys)
    for key in found.keys:
        bits = rsa_bits(key)
        if 0 < bits < LEAST_BITS:
            yield case.finding(
                "the key {tag} of {zone} is an RSA key of {bits} bits",
                tag=key_tag(key),
                zone=found.zone,
                bits=bits,
                at=found.keys_question,
                remedy="Change to algorithm 13, or to RSA keys of 2048 bits.",
            )
