"""
The MTA-STS policy host has no valid certificate.

The policy is only as trustworthy as the connection it comes by. Senders ignore a policy that they cannot
fetch over https with a certificate for exactly this host name, issued by a known authority and in date.

Fires on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB fault=expired

Silent on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: enforce
      | mx: mail.example.com
      | max_age: 604800

Unknown on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._transport import fault_words, publishes_sts
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mta_sts import mta_sts_policy, mta_sts_record


@check(
    title="The MTA-STS policy host has no valid certificate",
    severity=Severity.ERROR,
    applies_to=publishes_sts,
    codes=["STS_HTTPS_CERT"],
    reads=[mta_sts_policy, mta_sts_record],
    cites=["RFC 8461 section 3.3"],
    opt_in="web",
)
def sts_certificate(case: Case) -> Iterator[Finding]:
    policy = case.read(mta_sts_policy)
    if policy.answer is not None and policy.answer.tls_fault:
        yield case.finding(
            "the certificate of {host} is not valid: {why}; senders ignore the MTA-STS policy",
            host=f"mta-sts.{case.domain}",
            why=fault_words(policy.answer.tls_fault),
            at=policy.places,
            remedy="Get a certificate for {host} from a public authority and renew it automatically.",
        )
