"""
An RSA key under 1024 bits.

Receivers must treat signatures with such a key as invalid: it can be broken and mail forged with it.

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALb2dcyB50716OJdlA7ZBHWVMZhdXZ3J+BgY6BGJL5Ar0j8IJBKLLzMMXH/QpqOkUGUTJw4mng038qdN5FLmtDkCAwEAAQ=="

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC/d7ObdNX7HIMvaxc9JfQ6GcUSlJEyGymGMAjAzC08C8JUhS86R5rRBdLM7h7Y4nGGz5vnXykoABpncPDJ+DVX7X9ZUQzHmmm6Y+jQbycIdKOGyheOY90ZULbBas4ByzkKVwE0zr5uWu3NlsqN6XLe7JLJ+l9Hl7iLFLPvURAv5QIDAQAB"

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
    title="An RSA key under 1024 bits",
    severity=Severity.ERROR,
    codes=["DKIM_RSA_UNDER_1024"],
    cites=["RFC 8301 section 3.2"],
    applies_to=has_dkim_keys,
    reads=[dkim_keys],
)
def key_too_short(case: Case) -> Iterator[Finding]:
    for found, key in usable_keys(case):
        if key.key_type == "rsa" and 0 < key.bits < 1024:
            yield case.finding(
                "the key of the selector {selector} has {bits} bits; receivers discard keys under 1024",
                selector=found.selector,
                bits=key.bits,
                at=found.evidence(),
                remedy="Make a new key of 2048 bits at a new selector, sign with it, then withdraw this one.",
            )
