"""
An RSA key under 2048 bits.

1024 bits are the least that receivers accept; 2048 are advised.

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC/d7ObdNX7HIMvaxc9JfQ6GcUSlJEyGymGMAjAzC08C8JUhS86R5rRBdLM7h7Y4nGGz5vnXykoABpncPDJ+DVX7X9ZUQzHmmm6Y+jQbycIdKOGyheOY90ZULbBas4ByzkKVwE0zr5uWu3NlsqN6XLe7JLJ+l9Hl7iLFLPvURAv5QIDAQAB"

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Unknown on (selectors: s1):

    s1._domainkey.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dkim import usable_keys
from mailsetup.checks._when import has_dkim_keys
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dkim_keys import dkim_keys


@check(
    title="An RSA key under 2048 bits",
    severity=Severity.WARNING,
    codes=["DKIM_RSA_1024"],
    cites=["RFC 8301 section 3.2"],
    applies_to=has_dkim_keys,
    reads=[dkim_keys],
)
def rsa_1024(case: Case) -> Iterator[Finding]:
    for found, key in usable_keys(case):
        if key.key_type == "rsa" and 1024 <= key.bits < 2048:
            yield case.finding(
                "the key of the selector {selector} has {bits} bits; 2048 are advised",
                selector=found.selector,
                bits=key.bits,
                at=found.evidence(),
                remedy="Let your mail service make a key of 2048 bits; it comes with a new selector.",
            )
