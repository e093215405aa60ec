"""
The zone is signed, and its parent has no DS record.

Nobody can trust the signatures, so they protect nothing. The DS record is entered at the registrar.

Fires on (options: deep):

    example.com.  DNSKEY  257 3 13 ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLu/XTr/tz79LsbDatMRLdkz7+1jxOHL/8+ojidZwUTy2A==

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
from mailsetup.walks.dnssec import SECURE_ENTRY, dnssec_keys, key_tag


@check(
    title="The zone is signed, its parent has no DS record",
    severity=Severity.WARNING,
    codes=["DNSSEC_SIGNED_NO_DS"],
    reads=[dnssec_keys],
    cites=["RFC 4035 section 2.4"],
    opt_in="deep",
)
def no_ds(case: Case) -> Iterator[Finding]:
    found = case.read(dnssec_keys)
    if found.keys and found.ds_answer is not None and found.ds_answer.absent:
        entry = next((key for key in found.keys if key.flags & SECURE_ENTRY), found.keys[0])
        yield case.finding(
            "{zone} is signed, but no DS record in its parent says so; the signatures protect nothing",
            zone=found.zone,
            at=(found.ds_question, found.keys_question),
            remedy="Enter the DS record of key {tag} at the registrar.",
            tag=key_tag(entry),
        )
