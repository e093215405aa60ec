"""
A mail host is not covered by the MTA-STS policy.

Senders that follow the policy do not deliver to a host that no mx line matches: where no other host is
left, mail is lost. It happens when the mail moves to another provider and the policy stays.

Fires on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: enforce
      | mx: old.example.com
      | mx: *.example.net
      | max_age: 604800

Silent on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: enforce
      | mx: *.example.com
      | max_age: 604800

Unknown on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._transport import by_mode, has_policy_in_force
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mta_sts import mta_sts_policy
from mailsetup.walks.mx_records import mx_records


@check(
    title="A mail host is not covered by the MTA-STS policy",
    severity=Severity.ERROR,
    applies_to=has_policy_in_force,
    codes=["STS_MX_UNCOVERED"],
    reads=[mta_sts_policy, mx_records],
    cites=["RFC 8461 section 4.1"],
    yields_to=["transport/sts-line-syntax", "transport/sts-mx-wildcard"],
    opt_in="web",
)
def sts_mx_uncovered(case: Case) -> Iterator[Finding]:
    policy = case.read(mta_sts_policy)
    assert policy.policy is not None
    mx = case.read(mx_records)
    for exchange in mx.exchanges:
        if not policy.covers(exchange):
            yield case.finding(
                "the mail host {exchange} matches no mx line of the MTA-STS policy (mode {mode})",
                exchange=exchange,
                mode=policy.policy.mode.value,
                severity=by_mode(policy),
                owner=case.domain,
                at=(*policy.places, mx.question),
                remedy="Add mx: {exchange} to the policy file, then change the id of the record.",
            )
