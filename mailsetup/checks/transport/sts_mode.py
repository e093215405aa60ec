"""
The mode of the MTA-STS policy is missing or is none of enforce, testing, none.

A file without a usable mode is no policy.

Fires on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: report
      | mx: mail.example.com
      | max_age: 604800

Fires on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
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
    title="The MTA-STS policy has no usable mode",
    severity=Severity.ERROR,
    applies_to=has_policy_file,
    codes=["STS_MODE"],
    reads=[mta_sts_policy],
    cites=["RFC 8461 section 3.2"],
    yields_to=["transport/sts-policy-version"],
    opt_in="web",
)
def sts_mode(case: Case) -> Iterator[Finding]:
    policy = case.read(mta_sts_policy)
    mode = next(iter(policy.values("mode")), "")
    if mode not in set(StsMode):
        yield case.finding(
            'the mode of the MTA-STS policy is "{mode}"; it must be enforce, testing or none',
            mode=mode[:40],
            at=policy.places,
            remedy="Write mode: testing, and mode: enforce once the TLS reports are clean.",
        )
