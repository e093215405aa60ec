"""
More than one record at a DKIM selector.

With several TXT records at one selector it is undefined which of them a receiver reads. An old and a new
key belong at two selectors.

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"
    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAoGOwZZHLKBit1ZhHSiyyBXvIcEoeG9ROWr1QeOPX8w8bvmowSTJvIBseLsi4mYCeuNzB+8L3LcV9KvOeNucvFRio6KBZZ3CZyuOpHqfDQROaaZnQsRc6u51JsUbk8z2DZDaHoYjvVVnqsCl9D1VQL5T6MELN/cvcQil/Z569Ggx94eeotwYQ/T/6+W/ME6CT+" "NB0KuBoK5jLZxFz1/7EMDngezK5nZO3+GBSYfh0b8ofoL0oCgnuBKAcnCi38JeRpVMoIIm8IhejrUJIc+fjb9lTUsgCDSU6jwbhanmC3OvFNe2mVWt5zw9imyiQG8sQC89/dJiK7lp5e0bpF9rBZQIDAQAB"

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "k=ed25519"
    s1._domainkey.example.com.  TXT  "v=DKIM1"
    s1._domainkey.example.com.  TXT  "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Unknown on (selectors: s1):

    s1._domainkey.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dkim import joined_halves, joined_pieces
from mailsetup.checks._when import has_dkim_keys
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.dkim_keys import dkim_keys


@check(
    title="More than one record at a DKIM selector",
    severity=Severity.ERROR,
    codes=["DKIM_KEY_MULTIPLE"],
    cites=["RFC 6376 section 3.6.2.2"],
    applies_to=has_dkim_keys,
    reads=[dkim_keys],
)
def multiple_keys(case: Case) -> Iterator[Finding]:
    for found in case.read(dkim_keys).found:
        whole = joined_pieces(found.texts) if len(found.texts) > 1 else ""
        if whole:
            yield case.finding(
                "the key at {name} was cut at its semicolons into {count} records; receivers never get it whole",
                name=found.question.name,
                count=len(found.texts),
                at=found.evidence(),
                remedy="Publish the key as one record.",
                fix=None if found.aliases else Fix(found.owner, "TXT", (presentation(whole),)),
            )
            continue
        half = joined_halves(found.texts)
        if half:
            yield case.finding(
                "the key at {name} is one key cut in two, and each half was published as a record; receivers never get "
                "it whole",
                name=found.question.name,
                at=found.evidence(),
                remedy="Publish the key as one record. A panel that takes 255 characters at most wants the second half in "
                "quotation marks behind the first, in the same record.",
                fix=None if found.aliases else Fix(found.owner, "TXT", (presentation(half),)),
            )
        elif len(found.texts) > 1:
            yield case.finding(
                "{name} has {count} TXT records; which one receivers read is undefined",
                name=found.question.name,
                count=len(found.texts),
                at=found.evidence(),
                remedy="Keep the key that signs today, and publish another key at a selector of its own.",
            )
