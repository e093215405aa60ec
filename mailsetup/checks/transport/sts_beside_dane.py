"""
MTA-STS stands beside DANE.

A sender that knows both looks at DANE first: mail that fails DANE is not rescued by a sound MTA-STS policy. Keep both
right when certificates change.

Fires on (options: deep):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    mail.example.com.      A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: enforce
      | mx: mail.example.com
      | max_age: 604800
    _25._tcp.mail.example.com.  TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f

Silent on (options: deep):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    mail.example.com.      A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: enforce
      | mx: mail.example.com
      | max_age: 604800

Unknown on (options: deep):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    mail.example.com.      A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: enforce
      | mx: mail.example.com
      | max_age: 604800
    _25._tcp.mail.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._transport import has_policy_in_force
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mta_sts import mta_sts_policy
from mailsetup.walks.tlsa import mx_tlsa


@check(
    title="MTA-STS beside DANE",
    severity=Severity.INFO,
    applies_to=has_policy_in_force,
    codes=["STS_DANE_PRECEDENCE"],
    reads=[mta_sts_policy, mx_tlsa],
    cites=["RFC 8461 section 2"],
    opt_in="deep",
)
def sts_beside_dane(case: Case) -> Iterator[Finding]:
    policy = case.read(mta_sts_policy)
    published = case.read(mx_tlsa).published
    if published:
        yield case.finding(
            "{domain} has an MTA-STS policy and DANE; where DANE fails, MTA-STS does not help",
            domain=case.domain,
            at=(published[0].question, *policy.places),
        )
