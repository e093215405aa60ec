"""
Only Ed25519 keys.

Many receivers cannot verify Ed25519 signatures yet. Sign twice, with an RSA key beside it.

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=ed25519; p=mpLd1/TMh2ilyf8icrZLBPa/8/WjnR37z5BHjU5fPYM="

Silent on (selectors: s1 s2):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"
    s2._domainkey.example.com.  TXT  "v=DKIM1; k=ed25519; p=mpLd1/TMh2ilyf8icrZLBPa/8/WjnR37z5BHjU5fPYM="

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
    title="Only Ed25519 keys",
    severity=Severity.WARNING,
    codes=["DKIM_ED25519_ONLY"],
    cites=["RFC 8463 section 5"],
    applies_to=has_dkim_keys,
    reads=[dkim_keys],
)
def ed25519_only(case: Case) -> Iterator[Finding]:
    keys = list(usable_keys(case))
    if keys and all(key.key_type == "ed25519" for _, key in keys):
        found = keys[0][0]
        yield case.finding(
            "of the selectors looked at, all keys are Ed25519 ({selector}); many receivers cannot verify them",
            selector=found.selector,
            at=[k.question for k in case.read(dkim_keys).keys],
            owner=found.question.name,
            remedy="Publish an RSA key of 2048 bits at a second selector and sign with both.",
        )
