"""
A line of the MTA-STS policy cannot be read.

Each line is a key, a colon and a value, ended by LF or CRLF; the value of mx is a host name. A line
that is not may make a sender refuse the whole file.

Fires on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: enforce
      | mx = mail.example.com
      | mx: mail.example.com
      | max_age: 604800

Fires on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: enforce
      | mx: <mail.example.com>
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
from mailsetup.grammar.mta_sts import is_mx_pattern
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mta_sts import mta_sts_policy


@check(
    title="A line of the MTA-STS policy cannot be read",
    severity=Severity.ERROR,
    applies_to=has_policy_file,
    codes=["STS_LINE_SYNTAX"],
    reads=[mta_sts_policy],
    cites=["RFC 8461 section 3.2"],
    yields_to=["transport/sts-policy-version"],
    opt_in="web",
)
def sts_line_syntax(case: Case) -> Iterator[Finding]:
    policy = case.read(mta_sts_policy)
    bad = [v for v in policy.values("mx") if not is_mx_pattern(v) and "*" not in v]
    misnamed = [f for f in policy.faults("STS_POLICY_MX") if f.text.values.get("mx") in bad]
    for fault in (*policy.faults("STS_POLICY_SYNTAX"), *misnamed):
        yield case.finding(
            "the MTA-STS policy holds a line that cannot be read: {fault}",
            fault=fault.text,
            at=policy.places,
            remedy="Write every line as key: value, and host names without brackets and without a dot at the end.",
        )
