"""
The MTA-STS policy is not served as text/plain.

Senders may refuse another type, since a web page for people could be passed off as a policy.

Fires on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/html
      | version: STSv1
      | mode: enforce
      | mx: mail.example.com
      | max_age: 604800

Silent on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 "Text/Plain; charset=utf-8"
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
from mailsetup.model.message import say
from mailsetup.walks.mta_sts import mta_sts_policy


@check(
    title="The MTA-STS policy is not served as text/plain",
    severity=Severity.WARNING,
    applies_to=has_policy_file,
    codes=["STS_CONTENT_TYPE"],
    reads=[mta_sts_policy],
    cites=["RFC 8461 section 3.2"],
    yields_to=["transport/sts-policy-version"],
    opt_in="web",
)
def sts_content_type(case: Case) -> Iterator[Finding]:
    policy = case.read(mta_sts_policy)
    assert policy.answer is not None
    kind = next((value for name, value in policy.answer.headers if name.lower() == "content-type"), "")
    if kind.partition(";")[0].strip().lower() != "text/plain":
        yield case.finding(
            "the MTA-STS policy is served as {kind}; senders expect text/plain",
            kind=kind[:80] or say("no type at all"),
            at=policy.places,
            remedy="Let the web server send Content-Type: text/plain for this file.",
        )
