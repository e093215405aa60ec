"""
g= in a DKIM key.

g= comes from the first version of DKIM (RFC 4871) and is ignored today. Very old receivers read an empty g=
as "for nobody".

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; g=*; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vO" "JNmt4U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Unknown on (selectors: s1):

    s1._domainkey.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dkim import amended_key, usable_keys
from mailsetup.checks._when import has_dkim_keys
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dkim_keys import dkim_keys


@check(
    title="g= in a DKIM key",
    severity=Severity.WARNING,
    codes=["DKIM_G_OBSOLETE"],
    cites=["RFC 6376 appendix C.2"],
    applies_to=has_dkim_keys,
    reads=[dkim_keys],
)
def granularity(case: Case) -> Iterator[Finding]:
    for found, key in usable_keys(case):
        if key.granularity is not None:
            yield case.finding(
                "the key of the selector {selector} has g=, which no longer means anything",
                selector=found.selector,
                at=found.evidence(),
                remedy="Leave g= out.",
                fix=amended_key(found, drop=("g",)),
            )
