"""
The MTA-STS policy does not say version: STSv1.

Without that line senders do not take the file for a policy.

Fires on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | mode: enforce
      | mx: mail.example.com
      | max_age: 604800

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

from mailsetup.checks._transport import has_policy_file
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mta_sts import mta_sts_policy


@check(
    title="The MTA-STS policy has no version line",
    severity=Severity.ERROR,
    applies_to=has_policy_file,
    codes=["STS_VERSION_KEY"],
    reads=[mta_sts_policy],
    cites=["RFC 8461 section 3.2"],
    opt_in="web",
)
def sts_policy_version(case: Case) -> Iterator[Finding]:
    policy = case.read(mta_sts_policy)
    if policy.values("version")[:1] != ("STSv1",):
        yield case.finding(
            "the MTA-STS policy does not say version: STSv1",
            at=policy.places,
            remedy="Make version: STSv1 the first line of the file.",
        )
