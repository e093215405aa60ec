"""
A withdrawn DKIM key.

An empty p= says that the key was withdrawn: signatures with it fail. That is right for a selector no longer
in use, wrong for one that still signs. A withdrawn key beside one in use is no finding.

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; p="

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
    title="A withdrawn DKIM key",
    severity=Severity.WARNING,
    codes=["DKIM_P_EMPTY"],
    cites=["RFC 6376 section 3.6.1"],
    applies_to=has_dkim_keys,
    reads=[dkim_keys],
)
def revoked_key(case: Case) -> Iterator[Finding]:
    survey = case.read(dkim_keys)
    others = any(key for key in usable_keys(case))
    for found in survey.found:
        alone = len(found.texts) == 1 and (found.given or not (others or found.listed))
        if found.key is not None and found.key.revoked and alone:
            yield case.finding(
                "the key of the selector {selector} is withdrawn (p= is empty): signatures with it fail",
                selector=found.selector,
                at=found.evidence(),
                remedy=(
                    "If this selector still signs, publish its key again. If it does not, all is well: an empty p= is how "
                    "an old key is withdrawn."
                ),
            )
