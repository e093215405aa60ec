"""
The MTA-STS policy names hosts that take no mail.

A pattern that matches no current mail host is left from earlier, or from a host to come. Whoever
controls that name could pass for a mail host of the domain.

Fires on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: enforce
      | mx: mail.example.com
      | mx: *.oldhost.example
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

from mailsetup.checks._transport import has_policy_in_force
from mailsetup.grammar.mta_sts import mx_matches
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mta_sts import mta_sts_policy
from mailsetup.walks.mx_records import mx_records


@check(
    title="The MTA-STS policy names hosts that take no mail",
    severity=Severity.WARNING,
    applies_to=has_policy_in_force,
    codes=["STS_MX_STALE"],
    reads=[mta_sts_policy, mx_records],
    cites=["RFC 8461 section 4.1"],
    opt_in="web",
)
def sts_mx_stale(case: Case) -> Iterator[Finding]:
    policy = case.read(mta_sts_policy)
    assert policy.policy is not None
    mx = case.read(mx_records)
    if not mx.exchanges or not any(map(policy.covers, mx.exchanges)):
        return
    for pattern in dict.fromkeys(policy.policy.mx):
        if not any(mx_matches(pattern, exchange) for exchange in mx.exchanges):
            yield case.finding(
                "the line mx: {pattern} of the MTA-STS policy matches no mail host of {domain}",
                pattern=pattern,
                domain=case.domain,
                at=(*policy.places, mx.question),
                remedy="Delete the line once the host is gone for good, and change the id of the record.",
            )
