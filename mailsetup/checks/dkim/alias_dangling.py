"""
A DKIM alias that leads nowhere.

The selector is an alias (CNAME) of a name at the mail service that does not exist: the service was not
switched on, was left, or the target has a slip of the pen. Signatures with the selector fail. Services that
rotate between two selectors publish the key of the active one only; the idle one beside it is right.

Fires on (selectors: s1):

    s1._domainkey.example.com.  CNAME  s1.keys.service.example.

Fires on (selectors: selector1 selector2):

    selector1._domainkey.example.com.  CNAME  selector1-example-com._domainkey.tenant.example.
    selector2._domainkey.example.com.  CNAME  selector2-example-com._domainkey.tenant.example.

Silent on (selectors: s1):

    s1._domainkey.example.com.  CNAME  s1.keys.service.example.
    s1.keys.service.example.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Silent on (selectors: selector2):

    selector1._domainkey.example.com.  CNAME  selector1-example-com._domainkey.tenant.example.
    selector2._domainkey.example.com.  CNAME  selector2-example-com._domainkey.tenant.example.
    selector1-example-com._domainkey.tenant.example.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Unknown on (selectors: s1):

    s1._domainkey.example.com.  CNAME  s1.keys.service.example.
    s1.keys.service.example.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._when import knows_dkim_selectors
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dkim_keys import KeyOutcome, dkim_keys


@check(
    title="A DKIM alias that leads nowhere",
    severity=Severity.ERROR,
    codes=["DKIM_CNAME_DANGLING"],
    cites=["RFC 6376 section 3.6.2.1"],
    applies_to=knows_dkim_selectors,
    reads=[dkim_keys],
)
def alias_dangling(case: Case) -> Iterator[Finding]:
    keys = case.read(dkim_keys).keys
    open_siblings = [
        k.question for k in keys if k.outcome is KeyOutcome.UNKNOWN
    ]  # one may show that this one is idle
    told: set[str] = set()
    for found in keys:
        if found.outcome is KeyOutcome.DANGLING and found.aliases[-1].partition(".")[2] not in told:
            told.add(
                found.aliases[-1].partition(".")[2]
            )  # one finding for all selectors that lead to one service
            yield case.finding(
                "the selector {selector} is an alias of {target}, where there is no key",
                selector=found.selector,
                target=found.aliases[-1],
                at=(found.question, *open_siblings),
                severity=Severity.WARNING if found.listed else None,  # nothing says that it is in use
                remedy="Switch DKIM on at the service behind {target}, or delete the alias if the service is no longer used.",
            )
