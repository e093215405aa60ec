"""
An Ed25519 key of the wrong length.

p= of an Ed25519 key is the raw key: 32 octets, 44 characters of base64, without any wrapping.

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=ed25519; p=MCowBQYDK2VwAyEAmpLd1/TMh2ilyf8icrZLBPa/8/WjnR37z5BHjU5fPYM="

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=ed25519; p=mpLd1/TMh2ilyf8icrZLBPa/8/WjnR37z5BHjU5fPYM="

Unknown on (selectors: s1):

    s1._domainkey.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dkim import faulty_keys
from mailsetup.checks._when import has_dkim_keys
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dkim_keys import dkim_keys


@check(
    title="An Ed25519 key of the wrong length",
    severity=Severity.ERROR,
    codes=["DKIM_ED25519_LENGTH"],
    cites=["RFC 8463 section 4"],
    applies_to=has_dkim_keys,
    reads=[dkim_keys],
)
def ed25519_length(case: Case) -> Iterator[Finding]:
    for found, fault in faulty_keys(case, "DKIM_ED25519_LENGTH"):
        yield case.finding(
            "the key of the selector {selector} cannot be used: an Ed25519 key has exactly 32 octets",
            selector=found.selector,
            at=found.evidence(fault.span),
            remedy="Publish the last 32 octets of the key alone, in base64.",
            fix=None,
        )
