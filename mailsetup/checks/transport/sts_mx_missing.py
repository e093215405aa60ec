"""
The MTA-STS policy names no mail host.

In the modes enforce and testing every mail host must match an mx line; without any no host does.

Fires on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: enforce
      | max_age: 604800

Silent on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: none
      | max_age: 86400

Unknown on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._transport import has_policy_file
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mta_sts import mta_sts_policy


@check(
    title="The MTA-STS policy names no mail host",
    severity=Severity.ERROR,
    applies_to=has_policy_file,
    codes=["STS_MX_MISSING"],
    reads=[mta_sts_policy],
    cites=["RFC 8461 section 3.2"],
    yields_to=["transport/sts-policy-version", "transport/sts-line-syntax"],
    opt_in="web",
)
def sts_mx_missing(case: Case) -> Iterator[Finding]:
    policy = case.read(mta_sts_policy)
    if next(iter(policy.values("mode")), "") in ("enforce", "testing") and not policy.values("mx"):
        yield case.finding(
            "the MTA-STS policy has no mx line, so no mail host of {domain} matches it",
            domain=case.domain,
            at=policy.places,
            remedy="Add an mx: line for every mail host.",
        )
