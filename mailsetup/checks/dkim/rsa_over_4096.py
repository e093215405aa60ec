"""
An RSA key over 4096 bits.

Receivers need support keys of up to 4096 bits only; with a longer one some cannot verify.

Fires on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIICojANBgkqhkiG9w0BAQEFAAOCAo8AMIICigKCAoEA/xsQPN8VgrDqtHfSZBVHnGXcn1A/Y6+DvQVh5iEccM9JlSOZxKrqwTfcdvsPF6MAfmKqCh35/XicZTk4KwU35lr/sil2MamS8M5YNQXGrwdY1VY9qyzTHuMVEohiwzpPt3TrUkjbQK9yFYNw0mmppa5ljzP+O4kLk/RIs6WqPIFPQm3Ls5T7NrstQg8PiAgLE" "KPWsqoF4RqycVlFeV6CKUUavYHx1p7WF/XoN9cIIP4RmnLRdMnfaswBHN2UdAMbfyYUS5gon81ZpUp7sf7gj1cSQkJQUcHM0X+ayuAfUFfKAhNekrHT8o7eDXrDuuqeE97vhqsQMdD2RuH0Cgl8l2v0bGl9LK+C7urL4ibodVVXkPguwdP8/yo69NRrChjogw4HvB45jxASvUrO+uy9OJvkvPxJtkoIcubMOrq87SBX7gXN4AkCx36/8gaGc0ch" "TN0gVZMNbq8U9HM/Pn0b+8ei6iCy8UyULgUxmstcdCc/mOJ3TL2HrVyQqVh0A+Qw7Ganh5XnYdF3Ma8QUGvy78b4dxhtdrB+iB7RYq4usVR/FQUkNLm13553abEPQgW0kHpwwxAS8De2TOQijDj7KRjxNdJfVXIDMBhQxaOP1UeSOnNplOO/kRph2+IuRBWLrpe6lNDtqC+PbQVYTviqOJInZlgeJ6HAimpj7CTt5qRrTLJCSiPVliIXvq3bxJb" "LjoGXPgvs17A4mNGQ+evazAyx4pxljNoUleYK9ZO9BM8P1jDx8p0NqZU/SPGgn3a1oXCzODkmMFnyjBBdH7F8I5DBks/TrJSvDyHdtmytSiaNEW7OFzj32T2cFyQR4guPaw1Um28DZ1oWAKNaCZlQ2QIDAQAB"

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1YAn9k/Hh+JTbQcAl0Zwd/vs3MPktLCaf8DJtw5Vrr2Ouxd/wTel03ILAdHexW3nXYA3LIbMiuMTn/jjvyppW5ONf8IZQYrTjqso8/ckRqbEurTE7jfE9gq5cj8w8GK7Cb+qKtlcNn8etMYFxT/1oLhrrnqrCxUhTG3M9w5Ra/h0Vul8FxcQ1Qf773vOJNmt4" "U8hcH6yIJ6c16REGKsMxt7SUxlS4U43CFCwHKtrnmixOlxA2hPUWBnjeKAmpbOUK6FTd1Aqpm+s/gj49JmmGAF0t8StEku3nRpHnrKVc6n8GKS5TCr5uCnZXY6ChND0oemLr4hdyd/G/wOUOCZYcwIDAQAB"

Silent on (selectors: s1):

    s1._domainkey.example.com.  TXT  "v=DKIM1; k=rsa; p=MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAv9+i4qOvpOvndwlyMob0RafWLU49V0HTCW4yWtrk7y/09JMp56VV8XPk0LU31tu+90Z8/6lNbePzY4tR+Ev4W4lHm59/6XE3qmajuPt1s6Z0dgye4fxDVl9r3Iy+8M0VLrE7lCFC9uF7wmG3GKgXv/LhAYyumVTs1xNgzgCZUKwSXGI85pcnRNNye0aUKY7Ml" "7Ql/+OidEWHGkaDXIx6wFEXPcen+iiXYesj3zrtk0R1hW5pXOtI37Q0bXUkpWTbb1ih0I6u26Dii6p+kDRvd+wyhUStLY+CZCBOclabxA7s4H6dlOccBd4apHyx1rWdVObaBuN/BeoRznkPfjIFEOx09TmJDYLs/A+5rmyorZ7+5h5A5d3SqMndaQ3s+8QP6G45QHM8GSiwVHsSSHgnLSf8C1TZJ6td4v8ou44LsKg+emch8darEszwbYwrtlTQ" "1E8eWgnJxlBhsqdY5NdouOYvxPLM8847Egp3EfOJd+iQ5VRkUhE8Q8u5BNL2NVW4SuHt4qGjgwqbEeQ01othyxFWmr9XG7++Ehz0psDLCbPyUmWfflwOx29+zZJy7YZ8sG4rBrGtArml+Ri8mH7Iy0/Sqd/4JFFB9UC4YU18oDx0vTRgKC3l5lXIb23SIYD77+M9JjmZW/+IStYMyglojMBUGlxV9YWZJXo798aXA7sCAwEAAQ=="

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
    title="An RSA key over 4096 bits",
    severity=Severity.WARNING,
    codes=["DKIM_RSA_OVER_4096"],
    cites=["RFC 8301 section 3.2"],
    applies_to=has_dkim_keys,
    reads=[dkim_keys],
)
def rsa_over_4096(case: Case) -> Iterator[Finding]:
    for found, key in usable_keys(case):
        if key.key_type == "rsa" and key.bits > 4096:
            yield case.finding(
                "the key of the selector {selector} has {bits} bits; receivers need support 4096 at most",
                selector=found.selector,
                bits=key.bits,
                at=found.evidence(),
                remedy="Make a key of 2048 bits at a new selector.",
            )
