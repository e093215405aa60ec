"""
A DKIM key that cannot be read.

p= must be base64 text of a key; white space inside is allowed. Keys cut in the middle, quotation marks
pasted along and placeholders are what is usually found here.

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIB*not*base64"

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=YWJj"

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8"

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03IL  AdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNm" "t4U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Unknown on (selectors: s1):

    s1._domainkey.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dkim import faulty_keys, key_cut_off, mended_key
from mailsetup.checks._when import has_dkim_keys
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dkim_keys import dkim_keys


@check(
    title="A DKIM key that cannot be read",
    severity=Severity.ERROR,
    codes=["DKIM_P_BASE64"],
    cites=["RFC 6376 section 3.2", "RFC 6376 section 3.6.1"],
    applies_to=has_dkim_keys,
    reads=[dkim_keys],
)
def public_key_unreadable(case: Case) -> Iterator[Finding]:
    for found, fault in faulty_keys(case, "DKIM_P_BASE64"):
        mended, cut = mended_key(found), key_cut_off(found.text)
        if cut is not None and mended is None:
            yield case.finding(
                "the key of the selector {selector} is cut off: {there} of {whole} characters of p= are there",
                selector=found.selector,
                there=cut.there,
                whole=cut.whole,
                at=found.evidence(fault.span),
                remedy="Publish the whole key as your mail service shows it. A panel that takes 255 characters at most wants "
                "the rest in quotation marks behind the first part, in the same record.",
            )
            continue
        yield case.finding(
            "the key of the selector {selector} cannot be read: p= is not the base64 text of a key",
            selector=found.selector,
            at=found.evidence(fault.span),
            remedy="Publish the key as it was meant, without what was pasted along."
            if mended is not None
            else "Copy the whole record from your mail service again, without quotation marks.",
            fix=mended,
        )
