"""
The MTA-STS policy host accepts the connection and does not deliver in time.

Senders give up after a minute at most, many earlier, and then have no policy.

Fires on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB slow

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

from mailsetup.checks._transport import publishes_sts
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mta_sts import mta_sts_policy, mta_sts_record


@check(
    title="The MTA-STS policy host is too slow",
    severity=Severity.WARNING,
    applies_to=publishes_sts,
    codes=["STS_HTTP_TIMEOUT"],
    reads=[mta_sts_policy, mta_sts_record],
    cites=["RFC 8461 section 3.3"],
    opt_in="web",
)
def sts_slow(case: Case) -> Iterator[Finding]:
    policy = case.read(mta_sts_policy)
    if policy.answer is not None and policy.answer.slow:
        yield case.finding(
            "{host} takes the connection but does not deliver the MTA-STS policy in time",
            host=f"mta-sts.{case.domain}",
            at=policy.places,
            remedy="Find out why {host} is slow; the file is a few lines and should come at once.",
        )
