"""
A retired MTA-STS policy is kept for long.

Mode none with a small max_age ends a policy everywhere within a day; with a large one senders
keep the retired policy, and a new one reaches them late.

Fires on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: none
      | max_age: 31557600

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

from mailsetup.checks._transport import DAY, has_policy_file
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.mail_records import StsMode
from mailsetup.walks.mta_sts import mta_sts_policy


@check(
    title="A retired MTA-STS policy is kept for long",
    severity=Severity.WARNING,
    applies_to=has_policy_file,
    codes=["STS_REMOVAL"],
    reads=[mta_sts_policy],
    cites=["RFC 8461 section 8.3"],
    opt_in="web",
)
def sts_removal(case: Case) -> Iterator[Finding]:
    policy = case.read(mta_sts_policy)
    if policy.policy is not None and policy.policy.mode is StsMode.NONE and policy.policy.max_age > DAY:
        yield case.finding(
            "the MTA-STS policy says mode: none, and senders are to keep that for {age} seconds",
            age=policy.policy.max_age,
            at=policy.places,
            remedy="Lower max_age to 86400 or less; take record and file away after the old time has passed.",
        )
