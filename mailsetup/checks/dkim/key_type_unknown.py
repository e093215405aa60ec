"""
An unknown DKIM key type.

k= is rsa or ed25519, in small letters; receivers ignore keys of other types. Without k= the key is rsa.

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=dsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=RSA; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4U8hcH6y" "IJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Unknown on (selectors: s1):

    s1._domainkey.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dkim import amended_key, faulty_keys, mended_key, usable_keys
from mailsetup.checks._when import has_dkim_keys
from mailsetup.grammar.tag_list import tag_list
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dkim_keys import dkim_keys


@check(
    title="An unknown DKIM key type",
    severity=Severity.ERROR,
    codes=["DKIM_K_UNKNOWN"],
    cites=["RFC 6376 section 3.2", "RFC 6376 section 3.6.1", "RFC 8463 section 4"],
    applies_to=has_dkim_keys,
    reads=[dkim_keys],
)
def key_type_unknown(case: Case) -> Iterator[Finding]:
    for found, fault in faulty_keys(case, "DKIM_K_UNKNOWN"):
        if found.faults("DKIM_VERSION") and mended_key(found) is not None:
            continue  # what spoilt the version spoilt the type as well
        yield case.finding(
            "receivers ignore the key of the selector {selector}: its type (k=) is neither rsa nor ed25519",
            selector=found.selector,
            at=found.evidence(fault.span),
            remedy="Say k=rsa, or k=ed25519 if it is such a key.",
            fix=mended_key(found),
        )
    for found, key in usable_keys(case):
        tag = tag_list(found.text).get("k")
        if tag is not None and tag.value != key.key_type and tag.value.lower() == key.key_type:
            yield case.finding(
                'some receivers ignore the key of the selector {selector}: its type "{value}" is not in small letters',
                selector=found.selector,
                value=tag.value,
                at=found.evidence(tag.span),
                severity=Severity.WARNING,
                remedy="Values of tags are compared letter by letter: say k=rsa, or k=ed25519 if it is such a key.",
                fix=amended_key(found, k=key.key_type),
            )
