"""
The zone is signed with an algorithm that is sound and rare (10, 14 or 16).

13 is recommended, 8 and 15 are fine: every validator knows them and their answers are small.

Fires on (options: deep):

    example.com.  DNSKEY  257 3 10 AwEAAcVDSeQi8FKXGR6tE+IdPbUg5avvUgVeSWS4L7IT9ZOhommyijrrSH9eeiyqYmLwZfmSH0xWjqTJE9JweVc1fHyqvvYpbukoKv6nF53zI7E3xsWqRq/syLqFwDmR/ZZjOHBSjV3qnVWpl5PoWRlAQCxljUKlml9FRWwcySP97IJ+6gZHy2qE9Dl+tpNUMCrl0ZJXqYpDl7SgSY61p65rkYvKgD73r7wRbeOcAfgoyWeKowTwEf/hM0gUqOAdJpuj3fyN/sFq5DeNQKuN1iUEnNf7rox5gEBrUC7rI+hICjFog6omF8E8KGdwuuj7YMl4k4bf4QnU0io2Dymc4xJeamw=

Silent on (options: deep):

    example.com.  DNSKEY  257 3 13 ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLu/XTr/tz79LsbDatMRLdkz7+1jxOHL/8+ojidZwUTy2A==
    example.com.  DS      8891 13 2 8dd66fa99f1b7e2bf05c458780e25ed4b12851fb1290d410689396b327a646b6

Unknown on (options: deep):

    example.com.  TIMEOUT DNSKEY
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dnssec import dnssec_keys

ALGORITHMS = frozenset({10, 14, 16})


@check(
    title="A signature algorithm that is sound and rare",
    severity=Severity.INFO,
    codes=["DNSSEC_ALGO_OK"],
    reads=[dnssec_keys],
    cites=["RFC 9904"],
    opt_in="deep",
)
def rare_algorithm(case: Case) -> Iterator[Finding]:
    found = case.read(dnssec_keys)
    numbers = sorted({key.algorithm for key in found.keys} & ALGORITHMS)
    for number in numbers:
        yield case.finding(
            "{zone} is signed with algorithm {number}; 13 is the one recommended",
            zone=found.zone,
            number=number,
            at=found.keys_question,
            remedy="At the next change of keys take algorithm 13.",
        )
