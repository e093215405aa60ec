"""
A DKIM key with the zone name twice.

Many panels put the domain behind what is typed. Whoever types the whole name publishes the key at
"s1._domainkey.example.com.example.com", where nobody looks.

Fires on (selectors: s1):

    s1._domainkey.example.com.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"
    s1._domainkey.example.com.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Unknown on (selectors: s1):

    s1._domainkey.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._when import given_dkim_selectors
from mailsetup.grammar.dkim import looks_like_key
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnsAnswer
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.dkim_keys import PublishedKey, dkim_keys


@check(
    title="A DKIM key with the zone name twice",
    severity=Severity.WARNING,
    codes=["DKIM_NAME_DOUBLED"],
    cites=["RFC 6376 section 3.6.2.1", "RFC 1035 section 5.1"],
    applies_to=given_dkim_selectors,
    reads=[dkim_keys],
)
def name_doubled(case: Case) -> Iterator[Finding]:
    for found in case.read(dkim_keys).keys:
        if found.doubled is not None:
            yield case.finding(
                "the key of the selector {selector} stands at {doubled}, with the domain twice",
                selector=found.selector,
                doubled=found.doubled.name,
                at=(found.doubled, found.question),
                owner=found.question.name,
                remedy="In your DNS panel type only {selector}._domainkey as the name of the record.",
                fix=_moved(case, found),
            )


def _moved(case: Case, found: PublishedKey) -> Fix | None:
    """The key at the name where it was meant to be."""
    answer = case.answer(found.doubled) if found.doubled is not None else None
    texts = answer.texts if isinstance(answer, DnsAnswer) else ()
    key = next((text for text in texts if looks_like_key(text)), "")
    return Fix(found.question.name, "TXT", (presentation(key),)) if key else None
