"""
An unusual RSA exponent.

Practically all keys have the public exponent 65537; others point to a home-made key, and some software refuses them.

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIDANBgkqhkiG9w0BAQEFAAOCAQ0AMIIBCAKCAQEA0s36gki4NP0KI5TxnRKTQtDoEylr+vXlBu379ZT1mDuBD2WbPPsXj5/m5LKcjJsm4hY+5+gdyRzbQyvVGRTT/bjm3NaQqJKl+lS78twLR1eEryykZLxPzkj5MaHdP6pgfKlGI9suVnmH9/pFlA3EyMKtxCHFuTA1cozySLmiHOkJ47ZytBsrF4ZAFMZlYmsEk" "cS5W28ux3xxJRfUVvCAQcxGhc4Y+FdYzcI0VUswqXm6VoQ4ITpe+omWUZMhgnTWNj+6//kiEMG4N+X4JfCL1e/J3OZrYCTL0YQNFhCdSiHeVH6CsJqcbH/I3ZF4OblPMU+j5gNP9Exm0N4azrURJQIBAw=="

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
    title="An unusual RSA exponent",
    severity=Severity.WARNING,
    codes=["DKIM_RSA_EXPONENT"],
    cites=["RFC 8017 section 3.1"],
    applies_to=has_dkim_keys,
    reads=[dkim_keys],
)
def rsa_exponent(case: Case) -> Iterator[Finding]:
    for found, key in usable_keys(case):
        if key.key_type == "rsa" and key.bits and key.exponent != 65537:
            yield case.finding(
                "the key of the selector {selector} has the public exponent {exponent}, not 65537",
                selector=found.selector,
                exponent=key.exponent,
                at=found.evidence(),
                remedy="Let your mail service make a new key of 2048 bits, at a new selector; common tools all use 65537.",
            )
