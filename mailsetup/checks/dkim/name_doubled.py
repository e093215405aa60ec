"""
A DKIM key with the zone name twice.

Many panels put the domain behind what is typed. Whoever types the whole name publishes the key at
"s1._domainkey.example.com.example.com", where nobody looks.

Fires on (selectors: s1):

    s1._domainkey.example.com.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Fires on:

    example.com.                            MX   10 mx.example.com.
    example.com.                            TXT  "v=spf1 mx -all"
    s1._domainkey.example.com.example.com.  TXT  "v=DKIM1; k=rsa; p="

Silent on:

    example.com.                MX   10 mx.example.com.
    example.com.                TXT  "v=spf1 mx -all"
    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p="

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"
    s1._domainkey.example.com.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Silent on (selectors: zz):

    s1._domainkey.example.com.  TXT    "v=DKIM1; k=rsa; p="
    *.example.com.              CNAME  x.example.net.
    x.example.net.              TXT    "v=DKIM1; k=rsa; p="

Unknown on (selectors: s1):

    s1._domainkey.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.grammar.dkim import looks_like_key
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.dkim_keys import (
    PublishedKey,
    container_twice,
    dkim_container_twice,
    dkim_keys,
)


def _may_stand_twice(case: Case) -> bool:
    """DKIM selectors are given (--selector), or something stands below the domain's name written twice."""
    return bool(case.scope.selectors) or case.read(dkim_container_twice).outcome is not Outcome.NO_NAME


@check(
    title="A DKIM key with the zone name twice",
    severity=Severity.WARNING,
    codes=["DKIM_NAME_DOUBLED"],
    cites=["RFC 6376 section 3.6.2.1", "RFC 1035 section 5.1", "RFC 8020"],
    applies_to=_may_stand_twice,
    reads=[dkim_container_twice, dkim_keys],
)
def name_doubled(case: Case) -> Iterator[Finding]:
    doubled = [(found, found.doubled) for found in case.read(dkim_keys).keys if found.doubled is not None]
    for found, place in doubled:
        yield case.finding(
            "the key of the selector {selector} stands at {doubled}, with the domain twice",
            selector=found.selector,
            doubled=place.name,
            at=(place, found.question),
            owner=found.question.name,
            remedy="In your DNS panel type only {selector}._domainkey as the name of the record.",
            fix=_moved(case, found, place),
        )
    twice = case.read(dkim_container_twice)
    if not doubled and not (twice.unknown or twice.outcome is Outcome.NO_NAME):
        yield case.finding(
            "DKIM keys stand below {doubled}, with the domain twice; where receivers look there is none",
            doubled=container_twice(case.domain).name,
            at=(container_twice(case.domain), case.read(dkim_keys).container_question),
            owner=case.domain,
            remedy="In your DNS panel end the name of each of these records with ._domainkey; the panel adds the domain.",
        )


def _moved(case: Case, found: PublishedKey, place: DnsQuestion) -> Fix | None:
    """The key at the name where it was meant to be."""
    answer = case.answer(place)
    texts = answer.texts if isinstance(answer, DnsAnswer) else ()
    key = next((text for text in texts if looks_like_key(text)), "")
    return Fix(found.question.name, "TXT", (presentation(key),)) if key else None
