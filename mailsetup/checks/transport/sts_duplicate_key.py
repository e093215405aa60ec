"""
A key stands twice in the MTA-STS policy.

Only mx may be repeated; of any other key the first counts and the second is passed over.

Fires on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: testing
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
      | mx: backup.example.com
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
    title="A key stands twice in the MTA-STS policy",
    severity=Severity.WARNING,
    applies_to=has_policy_file,
    codes=["STS_DUP_KEY"],
    reads=[mta_sts_policy],
    cites=["RFC 8461 section 3.2"],
    yields_to=["transport/sts-policy-version"],
    opt_in="web",
)
def sts_duplicate_key(case: Case) -> Iterator[Finding]:
    policy = case.read(mta_sts_policy)
    keys = [name for name, _ in policy.lines if name != "mx"]
    for key in dict.fromkeys(keys):
        if keys.count(key) > 1:
            yield case.finding(
                '"{key}" stands {count} times in the MTA-STS policy; only the first counts',
                key=key,
                count=keys.count(key),
                at=policy.places,
                remedy="Keep one line for it.",
            )
