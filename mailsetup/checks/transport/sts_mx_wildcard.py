"""
A star in an mx line of an MTA-STS policy stands where it may not.

It may only be the whole left-most label, as in *.mail.example.com, and stands for exactly one label.

Fires on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: enforce
      | mx: mx*.example.com
      | mx: mail.example.com
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

from mailsetup.checks._transport import has_policy_file
from mailsetup.grammar.mta_sts import is_mx_pattern
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mta_sts import mta_sts_policy


@check(
    title="A star in an MTA-STS policy stands where it may not",
    severity=Severity.ERROR,
    applies_to=has_policy_file,
    codes=["STS_MX_WILDCARD"],
    reads=[mta_sts_policy],
    cites=["RFC 8461 section 4.1"],
    opt_in="web",
)
def sts_mx_wildcard(case: Case) -> Iterator[Finding]:
    policy = case.read(mta_sts_policy)
    for value in policy.values("mx"):
        if "*" in value and not is_mx_pattern(value):
            yield case.finding(
                '"{mx}" in the MTA-STS policy matches no host: a star must be the whole first label',
                mx=value[:80],
                at=policy.places,
                remedy="Name the hosts one by one, or write *. and the domain they stand in.",
            )
