"""
An RSA key without its wrapping.

Most keys are published as SubjectPublicKeyInfo. The bare RSAPublicKey is seen too and most receivers read it, but not all.

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4U8hcH6yIJ6c16REGKsMxt7SUxlS4U43C" "FCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Unknown on (selectors: s1):

    s1._domainkey.example.com.  TIMEOUT
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

from mailsetup.checks._dkim import amended_key, usable_keys
from mailsetup.checks._when import has_dkim_keys
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dkim_keys import dkim_keys

RSA_ENCRYPTION = bytes.fromhex("300d06092a864886f70d0101010500")  # the algorithm, without parameters


@check(
    title="An RSA key without its wrapping",
    severity=Severity.INFO,
    codes=["DKIM_KEY_FORM"],
    cites=["RFC 6376 section 3.6.1", "RFC 6376 erratum 3017"],
    applies_to=has_dkim_keys,
    reads=[dkim_keys],
)
def bare_rsa_key(case: Case) -> Iterator[Finding]:
    for found, key in usable_keys(case):
        if key.key_type == "rsa" and key.form == "pkcs1":
            yield case.finding(
                "the key of the selector {selector} ({bits} bits) is a bare RSAPublicKey; a few receivers cannot read it",
                selector=found.selector,
                bits=key.bits,
                at=found.evidence(),
                remedy="Publish the same key in its usual wrapping (SubjectPublicKeyInfo).",
                fix=amended_key(found, p=base64.b64encode(_wrapped(key.public_key)).decode("ascii")),
            )


def _wrapped(key: bytes) -> bytes:
    """A bare RSA key as SubjectPublicKeyInfo (RFC 3279 section 2.3.1)."""
    bits = _der(0x03, b"\0" + key)
    return _der(0x30, RSA_ENCRYPTION + bits)


def _der(tag: int, content: bytes) -> bytes:
    """One DER element: tag, length, content (ITU-T X.690 section 8.1)."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content
