"""
The MTA-STS policy changed, and the id in DNS did not.

Senders keep the policy until its id changes, at most a year. With a new mail host in the file and the old id in DNS
they go on with the old policy, and refuse the new host where it is enforced. Seen by comparing with an earlier
recording (`audit --before`, `diff`).

Fires on (options: web):

    example.com.                   MX   10 mail.example.com.
    _mta-sts.example.com.          TXT  "v=STSv1; id=1"
    mta-sts.example.com.           A    9.9.9.11
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain "version: STSv1\\nmode: enforce\\nmx: mail.example.com\\nmax_age: 604800"
    @before https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain "version: STSv1\\nmode: testing\\nmx: mail.example.com\\nmax_age: 604800"

Silent on (options: web):

    example.com.                   MX   10 mail.example.com.
    _mta-sts.example.com.          TXT  "v=STSv1; id=2"
    @before _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.           A    9.9.9.11
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain "version: STSv1\\nmode: enforce\\nmx: mail.example.com\\nmax_age: 604800"
    @before https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain "version: STSv1\\nmode: testing\\nmx: mail.example.com\\nmax_age: 604800"

Silent on (options: web):

    example.com.                   MX   10 mail.example.com.
    _mta-sts.example.com.          TXT  "v=STSv1; id=1"
    mta-sts.example.com.           A    9.9.9.11
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain "version: STSv1\\nmode: enforce\\nmx: mail.example.com\\nmax_age: 604800"
    @before https://mta-sts.example.com/.well-known/mta-sts.txt  TIMEOUT

Unknown on (options: web):

    example.com.                   MX   10 mail.example.com.
    _mta-sts.example.com.          TXT  "v=STSv1; id=1"
    mta-sts.example.com.           A    9.9.9.11
    https://mta-sts.example.com/.well-known/mta-sts.txt  TIMEOUT
    @before https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain "version: STSv1\\nmode: testing\\nmx: mail.example.com\\nmax_age: 604800"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mta_sts import mta_sts_policy


def has_earlier_policy(case: Case) -> bool:
    """An earlier recording of the domain with its MTA-STS policy is at hand (--before)."""
    return case.earlier is not None and case.read_earlier(mta_sts_policy).policy is not None


@check(
    title="The MTA-STS policy changed, its id did not",
    severity=Severity.WARNING,
    applies_to=has_earlier_policy,
    codes=["STS_ID_NOT_CHANGED"],
    reads=[mta_sts_policy],
    cites=["RFC 8461 section 3.1", "RFC 8461 section 8.2"],
    opt_in="web",
)
def sts_id_kept(case: Case) -> Iterator[Finding]:
    then, now = case.read_earlier(mta_sts_policy), case.read(mta_sts_policy)
    before, after = then.published.record, now.published.record
    if before is None or after is None or now.policy is None:
        return
    if now.policy != then.policy and after.id == before.id:
        yield case.finding(
            "the MTA-STS policy of {domain} changed, but its id is still {id}: senders keep the old policy",
            domain=case.domain,
            id=after.id,
            at=now.places,
            owner=now.published.found.question.name,
            remedy="Publish the record at _mta-sts.{domain} with a new id, for instance the date and time.",
        )
