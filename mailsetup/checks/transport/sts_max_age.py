"""
The max_age of the MTA-STS policy is missing or out of range.

It says for how many seconds senders keep the policy, at most 31557600 (a year). Without it the file is
no policy.

Fires on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: enforce
      | mx: mail.example.com
      | max_age: 1w

Fires on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: enforce
      | mx: mail.example.com
      | max_age: 99999999

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
from mailsetup.grammar.mta_sts import MAX_AGE_LIMIT
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mta_sts import mta_sts_policy


@check(
    title="The MTA-STS policy has no usable max_age",
    severity=Severity.ERROR,
    applies_to=has_policy_file,
    codes=["STS_MAX_AGE"],
    reads=[mta_sts_policy],
    cites=["RFC 8461 section 3.2"],
    yields_to=["transport/sts-policy-version"],
    opt_in="web",
)
def sts_max_age(case: Case) -> Iterator[Finding]:
    policy = case.read(mta_sts_policy)
    age = next(iter(policy.values("max_age")), "")
    if not age.isascii() or not age.isdigit() or len(age) > 10 or int(age) > MAX_AGE_LIMIT:
        yield case.finding(
            'max_age of the MTA-STS policy is "{age}"; it must be a number of seconds from 0 to {limit}',
            age=age[:40],
            limit=MAX_AGE_LIMIT,
            at=policy.places,
            remedy="Write max_age: 604800 (a week) or more.",
        )
