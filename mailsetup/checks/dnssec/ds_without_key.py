"""
The parent has a DS record, and no key of the zone matches it.

Validation fails for everybody: the zone vanishes. It happens when a domain moves to another DNS host and the DS
record at the registrar stays.

Fires on (options: deep):

    example.com.  DNSKEY  257 3 13 ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLu/XTr/tz79LsbDatMRLdkz7+1jxOHL/8+ojidZwUTy2A==
    example.com.  DS      8892 13 2 8dd66fa99f1b7e2bf05c458780e25ed4b12851fb1290d410689396b327a646b6

Silent on (options: deep):

    example.com.  DNSKEY  257 3 13 ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLu/XTr/tz79LsbDatMRLdkz7+1jxOHL/8+ojidZwUTy2A==
    example.com.  DS      8891 13 2 8dd66fa99f1b7e2bf05c458780e25ed4b12851fb1290d410689396b327a646b6

Unknown on (options: deep):

    example.com.  DS      8891 13 2 8dd66fa99f1b7e2bf05c458780e25ed4b12851fb1290d410689396b327a646b6
    example.com.  TIMEOUT DNSKEY
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dnssec import dnssec_keys, ds_matches


@check(
    title="No DS record matches a key of the zone",
    severity=Severity.ERROR,
    codes=["DNSSEC_DS_NO_KEY"],
    reads=[dnssec_keys],
    cites=["RFC 4035 section 5.2"],
    opt_in="deep",
)
def ds_without_key(case: Case) -> Iterator[Finding]:
    found = case.read(dnssec_keys)
    if found.ds_answer is None or found.keys_answer is None or not found.ds or found.keys_answer.unknown:
        return
    matches = [ds_matches(ds, found.zone, key) for ds in found.ds for key in found.keys]
    if not any(match or match is None for match in matches):
        yield case.finding(
            "the DS record of {zone} in its parent matches no key of the zone: validation fails everywhere",
            zone=found.zone,
            at=(found.ds_question, found.keys_question),
            remedy="Enter the DS record of your present DNS host at the registrar, or delete the old one at once.",
        )
