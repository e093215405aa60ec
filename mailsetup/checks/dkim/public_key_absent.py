"""
A DKIM key without p=.

p= holds the key itself. Without it the record is no key, and all signatures of the selector fail. A text that is the
name of a host was meant to be a CNAME: the form stood at TXT.

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa"

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "s1-example-com._domainkey.tenant.example.net"

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Unknown on (selectors: s1):

    s1._domainkey.example.com.  TIMEOUT
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailsetup.checks._dkim import faulty_keys, mended_key
from mailsetup.checks._when import has_dkim_keys
from mailsetup.grammar.txt import unquoted
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dkim_keys import dkim_keys

HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*\.){2,}[A-Za-z][A-Za-z0-9-]*")  # a key in base64 has no dots


@check(
    title="A DKIM key without p=",
    severity=Severity.ERROR,
    codes=["DKIM_P_MISSING"],
    cites=["RFC 6376 section 3.6.1"],
    applies_to=has_dkim_keys,
    reads=[dkim_keys],
)
def public_key_absent(case: Case) -> Iterator[Finding]:
    for found, fault in faulty_keys(case, "DKIM_P_MISSING"):
        target = unquoted(found.text).rstrip(".")
        if HOST.fullmatch(target):
            yield case.finding(
                "at the selector {selector} the target of an alias stands as a text: {target}",
                selector=found.selector,
                target=target,
                at=found.evidence(fault.span),
                remedy="Delete the TXT record and publish the name as a CNAME record.",
            )
            continue
        mended = mended_key(found)
        yield case.finding(
            "the record of the selector {selector} holds the key alone, without the tags receivers look for"
            if mended is not None
            else "the record of the selector {selector} has no public key (p=)",
            selector=found.selector,
            at=found.evidence(fault.span),
            remedy="Publish the key with its tags in front."
            if mended is not None
            else "Copy the whole record from your mail service again; it was probably cut.",
            fix=mended,
        )
