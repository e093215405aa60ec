"""
The zone is signed with an algorithm that is retired (1, 3, 6 or 12).

Validators no longer support it: the zone counts as unsigned, or fails.

Fires on (options: deep):

    example.com.  DNSKEY  257 3 12 ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=

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

ALGORITHMS = frozenset({1, 3, 6, 12})


@check(
    title="A retired signature algorithm",
    severity=Severity.ERROR,
    codes=["DNSSEC_ALGO_DEPRECATED"],
    reads=[dnssec_keys],
    cites=["RFC 9904", "RFC 9906"],
    opt_in="deep",
)
def retired_algorithm(case: Case) -> Iterator[Finding]:
    found = case.read(dnssec_keys)
    numbers = sorted({key.algorithm for key in found.keys} & ALGORITHMS)
    for number in numbers:
        yield case.finding(
            "{zone} is signed with algorithm {number}, which is retired",
            zone=found.zone,
            number=number,
            at=found.keys_question,
            remedy="Change to algorithm 13 (ECDSA P-256).",
        )
