"""
A wildcard below _domainkey.

Selectors that nobody published bring an answer. Tests then find "keys" that are none, and receivers get a
text that is no key, or the key of somebody else. A wildcard with an empty p= on a domain without mail is
meant so, and no finding.

Fires on:

    *._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Silent on:

    *._domainkey.example.com.  TXT  "v=DKIM1; p="

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Unknown on:

    mailsetup-b6fa4eb9._domainkey.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.grammar.dkim import parse_dkim_key
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dkim_keys import dkim_keys


@check(
    title="A wildcard below _domainkey",
    severity=Severity.WARNING,
    codes=["DKIM_WILDCARD"],
    cites=["RFC 6376 section 6.1.2", "RFC 4592"],
    reads=[dkim_keys],
    yields_to=["dns/wildcard-txt"],
)
def wildcard(case: Case) -> Iterator[Finding]:
    survey = case.read(dkim_keys)
    if not survey.wildcard:
        return
    key = next(
        (k for k in (parse_dkim_key(text).value for text in survey.control.texts) if k is not None), None
    )
    if key is None or not key.revoked:
        yield case.finding(
            "a selector that nobody published, {name}, brings an answer: a wildcard stands below {domain}",
            name=survey.control_question.name,
            domain=case.domain,
            at=survey.control_question,
            remedy="Delete the wildcard, or publish records of their own for the names that need it.",
        )
