"""
Broken pieces in a DKIM key.

A key record is a list of name=value between single semicolons. Receivers that keep to the letter refuse the whole
key for an empty piece, a piece without "=" or a name that cannot be one; a value beyond ASCII some read, some refuse.
An empty h= allows no algorithm at all, an empty s= no service.

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1;; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlc" "Nn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlc" "Nn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; h=; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlc" "Nn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v = DKIM1 ;k=rsa; x_9=of no use; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlc" "Nn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Unknown on (selectors: s1):

    s1._domainkey.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dkim import amended_key, faulty_keys
from mailsetup.checks._when import has_dkim_keys
from mailsetup.grammar.dkim import broken_lists
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dkim_keys import dkim_keys


@check(
    title="Broken pieces in a DKIM key",
    severity=Severity.ERROR,
    codes=["DKIM_SYNTAX"],
    cites=["RFC 6376 section 3.2", "RFC 6376 section 6.1.2"],
    applies_to=has_dkim_keys,
    reads=[dkim_keys],
    yields_to=["dkim/version-wrong", "dkim/public-key-absent", "dkim/public-key-unreadable"],
)
def syntax(case: Case) -> Iterator[Finding]:
    for found, fault in faulty_keys(case, "DKIM_SYNTAX"):
        yield case.finding(
            "receivers may refuse the key of the selector {selector}: {fault}",
            selector=found.selector,
            fault=fault.text,
            at=found.evidence(fault.span),
            severity=None if found.text.isascii() else Severity.WARNING,
            remedy="Publish the record without the broken piece.",
            fix=amended_key(found, drop=tuple(tag.name for tag in broken_lists(found.text))),
        )
