"""
An Ed25519 key of the wrong length.

p= of an Ed25519 key is the raw key: 32 octets, 44 characters of base64, without any wrapping.

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=ed25519; p=MCowBQYDK2VwAyEAmpLd1/TMh2ilyf8icrZLBPa/8/WjnR37z5BHjU5fPYM="

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=ed25519; p=mpLd1/TMh2ilyf8icrZLBPa/8/WjnR37z5BHjU5fPYM="

Unknown on (selectors: s1):

    s1._domainkey.example.com.  TIMEOUT
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

from mailsetup.checks._dkim import amended_key, faulty_keys
from mailsetup.checks._when import has_dkim_keys
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dkim_keys import dkim_keys

WRAPPING = bytes.fromhex("302a300506032b6570032100")  # SubjectPublicKeyInfo of Ed25519 (RFC 8410 section 4)


@check(
    title="An Ed25519 key of the wrong length",
    severity=Severity.ERROR,
    codes=["DKIM_ED25519_LENGTH"],
    cites=["RFC 8463 section 4"],
    applies_to=has_dkim_keys,
    reads=[dkim_keys],
)
def ed25519_length(case: Case) -> Iterator[Finding]:
    for found, fault in faulty_keys(case, "DKIM_ED25519_LENGTH"):
        raw = _unwrapped(found.text[slice(*fault.span)])
        yield case.finding(
            "the key of the selector {selector} cannot be used: an Ed25519 key has exactly 32 octets",
            selector=found.selector,
            at=found.evidence(fault.span),
            remedy=(
                "Publish the last 32 octets of the key alone, in base64."
                if raw
                else "Publish the whole key as your mail service shows it: 44 characters of base64."
            ),
            fix=amended_key(found, p=raw) if raw else None,
        )


def _unwrapped(value: str) -> str:
    """The raw key in base64, where a text holds it as SubjectPublicKeyInfo; else nothing."""
    try:
        octets = base64.b64decode("".join(value.split()), validate=True)
    except ValueError:
        return ""
    whole = len(octets) == len(WRAPPING) + 32 and octets.startswith(WRAPPING)
    return base64.b64encode(octets[len(WRAPPING) :]).decode("ascii") if whole else ""
