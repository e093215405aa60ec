"""
No DKIM key at a selector in use.

Mail signed with a selector whose key is not published fails at every receiver. Only selectors you name
(--selector) are judged: one that was merely guessed and not found says nothing.

Fires on (selectors: s1):

    s2._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Silent on:

    example.com.  MX   10 mx.example.com.
    example.com.  TXT  "v=spf1 mx -all"

Silent on (selectors: s1):

    s1._domainkey.example.com.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Unknown on (selectors: s1):

    s1._domainkey.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._when import given_dkim_selectors
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dkim_keys import KeyOutcome, dkim_keys


@check(
    title="No DKIM key at a selector in use",
    severity=Severity.ERROR,
    codes=["DKIM_KEY_MISSING"],
    cites=["RFC 6376 section 3.6.2.1"],
    applies_to=given_dkim_selectors,
    reads=[dkim_keys],
)
def key_missing(case: Case) -> Iterator[Finding]:
    for found in case.read(dkim_keys).keys:
        if found.given and found.outcome is KeyOutcome.ABSENT and found.doubled is None:
            yield case.finding(
                "there is no DKIM key at {name}: mail signed with the selector {selector} fails",
                name=found.question.name,
                selector=found.selector,
                at=(found.question, *found.doubled_asked),
                remedy="Publish the record your mail service shows for this selector, or correct the selector's name.",
            )
