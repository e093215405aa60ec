"""
The MTA-STS policy host has no address.

The record says that there is a policy; the host it must be fetched from does not resolve, so no
sender ever sees it.

Fires on:

    _mta-sts.example.com.  TXT  "v=STSv1; id=1"

Silent on:

    _mta-sts.example.com.  TXT    "v=STSv1; id=1"
    mta-sts.example.com.   CNAME  policies.example.com.
    policies.example.com.  AAAA   2620:fe::10

Unknown on:

    _mta-sts.example.com.  TXT      "v=STSv1; id=1"
    mta-sts.example.com.   TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mta_sts import mta_sts_host, mta_sts_record


@check(
    title="The MTA-STS policy host has no address",
    severity=Severity.ERROR,
    codes=["STS_HOST_MISSING"],
    reads=[mta_sts_record, mta_sts_host],
    cites=["RFC 8461 section 3.3"],
)
def sts_host_missing(case: Case) -> Iterator[Finding]:
    host = case.read(mta_sts_host)
    if host is not None and host.unresolved:
        published = case.read(mta_sts_record)
        yield case.finding(
            "the MTA-STS record of {domain} promises a policy, but its host {host} has no address",
            domain=case.domain,
            host=host.name,
            at=(*host.questions, published.found.question),
            remedy="Give {host} an address and serve the policy file there, or delete the record at _mta-sts.{domain}.",
        )
