"""
The MTA-STS policy is only reached by a redirect.

Senders must not follow redirects, so they see no policy.

Fires on (options: web):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 301 location=https://www.example.com/mta-sts.txt

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

from mailsetup.checks._transport import publishes_sts
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.message import say
from mailsetup.walks.mta_sts import mta_sts_policy, mta_sts_record


@check(
    title="The MTA-STS policy is only reached by a redirect",
    severity=Severity.ERROR,
    applies_to=publishes_sts,
    codes=["STS_HTTP_REDIRECT"],
    reads=[mta_sts_policy, mta_sts_record],
    cites=["RFC 8461 section 3.3"],
    opt_in="web",
)
def sts_redirect(case: Case) -> Iterator[Finding]:
    policy = case.read(mta_sts_policy)
    answer = policy.answer
    if answer is not None and 300 <= answer.status < 400:
        target = next((value for name, value in answer.headers if name.lower() == "location"), "")
        yield case.finding(
            "fetching the MTA-STS policy brings a redirect ({status}) to {target}; senders do not follow it",
            status=answer.status,
            target=target[:200] or say("nowhere"),
            at=policy.places,
            remedy="Serve the file itself at https://mta-sts.{domain}/.well-known/mta-sts.txt.",
            domain=case.domain,
        )
