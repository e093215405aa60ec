"""
The DS records rest on SHA-1 alone.

Digest type 1 is no longer to be used; type 2 (SHA-256) is.

Fires on (options: deep):

    example.com.  DNSKEY  257 3 13 ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLu/XTr/tz79LsbDatMRLdkz7+1jxOHL/8+ojidZwUTy2A==
    example.com.  DS      8891 13 1 21486b8b2d57ea49162b6c55003ae3e5ea77cc95

Silent on (options: deep):

    example.com.  DNSKEY  257 3 13 ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLu/XTr/tz79LsbDatMRLdkz7+1jxOHL/8+ojidZwUTy2A==
    example.com.  DS      8891 13 2 8dd66fa99f1b7e2bf05c458780e25ed4b12851fb1290d410689396b327a646b6

Unknown on (options: deep):

    example.com.  DNSKEY  257 3 13 ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLu/XTr/tz79LsbDatMRLdkz7+1jxOHL/8+ojidZwUTy2A==
    example.com.  TIMEOUT DS
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dnssec import dnssec_keys


@check(
    title="A DS record rests on SHA-1 alone",
    severity=Severity.WARNING,
    codes=["DNSSEC_DS_SHA1"],
    reads=[dnssec_keys],
    cites=["RFC 9904"],
    opt_in="deep",
)
def ds_sha1(case: Case) -> Iterator[Finding]:
    found = case.read(dnssec_keys)
    if found.ds and all(ds.digest_type == 1 for ds in found.ds):
        yield case.finding(
            "the DS record of {zone} has digest type 1 (SHA-1); type 2 is to be used",
            zone=found.zone,
            at=found.ds_question,
            remedy="Enter the DS record with digest type 2 at the registrar and delete the one with type 1.",
        )
