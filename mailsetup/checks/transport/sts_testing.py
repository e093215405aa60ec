"""
MTA-STS only tests.

In this mode senders report what fails and deliver all the same. That is the right start; when the reports
show no failure for some weeks, enforce protects.

Fires on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: testing
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
from mailsetup.model.mail_records import StsMode
from mailsetup.walks.mta_sts import mta_sts_policy


@check(
    title="MTA-STS only tests",
    severity=Severity.INFO,
    applies_to=has_policy_file,
    codes=["STS_MODE_TESTING"],
    reads=[mta_sts_policy],
    cites=["RFC 8461 section 5"],
    opt_in="web",
)
def sts_testing(case: Case) -> Iterator[Finding]:
    policy = case.read(mta_sts_policy)
    if policy.policy is not None and policy.policy.mode is StsMode.TESTING:
        yield case.finding(
            "the MTA-STS policy is in mode testing: failures are reported, mail is not protected yet",
            at=policy.places,
            remedy="When TLS reports are clean, write mode: enforce and change the id of the record.",
        )
