"""
A DKIM key that has been in use for more than a year.

The longer a key is in use, the more machines and people may have a copy of it, and whoever has one signs as the
domain. Keys are changed every six to twelve months. DNS does not say since when a key is published: it is seen by
comparing with an earlier recording (`audit --before`, `diff`).

Fires on (selectors: s1):

    s1._domainkey.example.com.          TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"
    @before s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Silent on (selectors: s1):

    s1._domainkey.example.com.          TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"
    @before s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAoGOwZZHLKBit1ZhHSiyyBXvIcEoeG9ROWr1QeOPX8w8bvmowSTJvIBseLsi4mYCeuNzB+8L3LcV9KvOeNucvFRio6KBZZ3CZyuOpHqfDQROaaZnQsRc6u51JsUbk8z2DZDaHoYjvVVnqsCl9D1VQL5T6MELN/cvcQil/Z569Ggx94eeotwYQ/T/6+W/ME6CT+" "NB0KuBoK5jLZxFz1/7EMDngezK5nZO3+GBSYfh0b8ofoL0oCgnuBKAcnCi38JeRpVMoIIm8IhejrUJIc+fjb9lTUsgCDSU6jwbhanmC3OvFNe2mVWt5zw9imyiQG8sQC89/dJiK7lp5e0bpF9rBZQIDAQAB"

Silent on (selectors: s1):

    s1._domainkey.example.com.          TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"
    @before s1._domainkey.example.com.  TIMEOUT

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Unknown on (selectors: s1):

    s1._domainkey.example.com.          TIMEOUT
    @before s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mailsetup.checks._dkim import usable_keys
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dkim_keys import PublishedKey, dkim_keys

LONG_DAYS = (
    365  # practice: keys are changed every six to twelve months (RFC 6376 section 3.1 gives the reason)
)


def has_old_recording(case: Case) -> bool:
    """A recording of the domain from more than a year before is at hand (--before)."""
    if case.earlier is None:
        return False
    then, now = (date.fromisoformat(time[:10]) for time in (case.earlier.as_of, case.as_of))
    return (now - then).days > LONG_DAYS


@check(
    title="A DKIM key that is more than a year old",
    severity=Severity.INFO,
    codes=["DKIM_KEY_AGE"],
    cites=["RFC 6376 section 3.1"],
    applies_to=has_old_recording,
    reads=[dkim_keys],
)
def key_age(case: Case) -> Iterator[Finding]:
    if case.earlier is None:
        return
    then: tuple[PublishedKey, ...] = case.read_earlier(dkim_keys).keys
    old = {(found.selector, found.key.public_key) for found in then if found.key is not None}
    for found, key in usable_keys(case):
        if (found.selector, key.public_key) in old:
            yield case.finding(
                "the key of the selector {selector} stood there on {date} already, more than a year ago",
                selector=found.selector,
                date=case.earlier.as_of[:10],
                at=found.question,
                owner=found.owner,
                remedy=(
                    "Have the service that signs make a new key, publish it at a new selector and sign with that; "
                    "delete the old record a week later, when nothing signed with it is under way any more."
                ),
            )
