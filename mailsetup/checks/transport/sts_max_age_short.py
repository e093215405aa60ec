"""
Senders keep the MTA-STS policy for less than a day.

Whoever can block one fetch then undoes the protection. Weeks are advised; only while retiring a policy
(mode: none) a short time is right.

Fires on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: enforce
      | mx: mail.example.com
      | max_age: 3600

Silent on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: none
      | max_age: 3600

Unknown on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._transport import DAY, has_policy_file
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mta_sts import mta_sts_policy


@check(
    title="Senders keep the MTA-STS policy for less than a day",
    severity=Severity.WARNING,
    applies_to=has_policy_file,
    codes=["STS_MAX_AGE_SHORT"],
    reads=[mta_sts_policy],
    cites=["RFC 8461 section 3.2", "RFC 8461 section 10.1"],
    opt_in="web",
)
def sts_max_age_short(case: Case) -> Iterator[Finding]:
    policy = case.read(mta_sts_policy)
    if policy.applies and policy.policy is not None and policy.policy.max_age < DAY:
        yield case.finding(
            "senders keep the MTA-STS policy for {age} seconds only; weeks are advised",
            age=policy.policy.max_age,
            at=policy.places,
            remedy="Raise max_age to 604800 (a week) or more, and change the id of the record.",
        )
