"""
The MTA-STS policy file is larger than senders read.

They may stop at 64 KB, and what stands after that does not count.

Fires on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain size=70000
      | version: STSv1
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
from mailsetup.grammar.mta_sts import POLICY_OCTETS_LIMIT
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mta_sts import mta_sts_policy


@check(
    title="The MTA-STS policy file is too large",
    severity=Severity.WARNING,
    applies_to=has_policy_file,
    codes=["STS_SIZE"],
    reads=[mta_sts_policy],
    cites=["RFC 8461 section 3.3"],
    opt_in="web",
)
def sts_large(case: Case) -> Iterator[Finding]:
    policy = case.read(mta_sts_policy)
    assert policy.answer is not None
    if policy.answer.truncated or len(policy.answer.body) > POLICY_OCTETS_LIMIT:
        yield case.finding(
            "the MTA-STS policy file is larger than {limit} octets; senders need not read it to the end",
            limit=POLICY_OCTETS_LIMIT,
            at=policy.places,
            remedy="Reduce the file to the lines of the policy; use a pattern such as *.mail.{domain} for many hosts.",
            domain=case.domain,
        )
