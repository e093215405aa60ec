"""
A TXT record was meant as SPF, but does not begin the way receivers require.

A record counts only when it begins with v=spf1 followed by a space or its end. White space or a
quotation mark in front, or anything glued to the version, and it is no SPF record at all.

Fires on:

    example.com.  TXT  "v=spf10 ip4:192.0.2.1 -all"

Fires on:

    example.com.  TXT  " v=spf1 ip4:192.0.2.1 -all"

Fires on:

    example.com.  TXT  "v=spf1;ip4:192.0.2.1 -all"

Silent on:

    example.com.  TXT  "v=spf1"

Silent on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 -all"
    example.com.  TXT  "see v=spf1 in the manual"
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailsetup.checks._spf import publishing
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.spf_record import NearMiss, spf_record

_BEFORE_TERMS = re.compile(r"[^v]*v\s*=\s*spf[0-9.]*[\s;,]*", re.IGNORECASE)

_MESSAGES = {
    NearMiss.LEADING: 'the TXT record "{text}" has something before "v=spf1", so receivers do not see an SPF record',
    NearMiss.VERSION: 'the TXT record "{text}" does not begin with "v=spf1" and a space, so it is no SPF record',
}


@check(
    title="A record meant as SPF is not read as SPF",
    severity=Severity.ERROR,
    codes=["SPF_VERSION_BOUNDARY"],
    reads=[spf_record],
    cites=["RFC 7208 section 4.5"],
)
def misread_version(case: Case) -> Iterator[Finding]:
    found = case.read(spf_record)
    for kind, text in found.near_misses:
        if kind is NearMiss.SENDER_ID:
            continue
        meant = "v=spf1 " + _BEFORE_TERMS.sub("", text, count=1).rstrip("\"' ")
        yield case.finding(
            _MESSAGES[kind],
            domain=case.domain,
            text=text[:60],
            at=case.evidence(found.question, text),
            severity=Severity.INFO if found.texts else None,
            remedy="Delete it: another record is the SPF record."
            if found.texts
            else "Let it begin with v=spf1 and a space.",
            fix=None if found.texts else publishing(found, meant, text),
        )
