"""
The MTA-STS policy holds an empty line.

In the grammar each line is a key, a colon and a value, and the file may end in one line break. Many senders pass over an
empty line, wherever it stands; others refuse the whole file because of it and send as if there were no policy.

Fires on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: enforce
      |
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
from mailsetup.walks.mta_sts import mta_sts_policy


@check(
    title="The MTA-STS policy holds an empty line",
    severity=Severity.WARNING,
    applies_to=has_policy_file,
    codes=["STS_LINE_SYNTAX"],
    reads=[mta_sts_policy],
    cites=["RFC 8461 section 3.2"],
    yields_to=["transport/sts-policy-version"],
    opt_in="web",
)
def sts_empty_line(case: Case) -> Iterator[Finding]:
    policy = case.read(mta_sts_policy)
    for fault in policy.faults("STS_POLICY_EMPTY_LINE"):
        yield case.finding(
            "an empty line stands in the MTA-STS policy, and some senders refuse the whole file because of it: {fault}",
            fault=fault.text,
            at=policy.places,
            remedy="Delete the empty lines, and line breaks behind the last one.",
        )
