"""
Something of the domain is on an allow list.

Some receivers trust addresses on such a list more. It is good news, and no reason to do anything.

Fires on (options: blocklists, blocklists: dnswl):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    2.0.0.127.list.dnswl.org.       A   127.0.10.0
    9.113.0.203.list.dnswl.org.             A   127.0.3.2

Silent on (options: blocklists, blocklists: dnswl):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    2.0.0.127.list.dnswl.org.       A   127.0.10.0
    1.0.0.127.list.dnswl.org.               A   127.0.10.3
    9.113.0.203.list.dnswl.org.             A   127.0.10.3
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._blocklists import EVERY_WEIGHT, every_listing, meaning
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Evidence, Finding, Severity
from mailsetup.walks.blocklistings import ListingStatus


@check(
    title="On an allow list",
    severity=Severity.INFO,
    codes=["BL_ALLOW_LISTED"],
    reads=EVERY_WEIGHT,
    cites=["RFC 5782 section 2.2"],
    opt_in="blocklists",
)
def allow_listed(case: Case) -> Iterator[Finding]:
    for one in every_listing(case):
        if one.status is ListingStatus.ALLOWED:
            yield case.finding(
                "{subject} is on the allow list {name}: {meaning}",
                subject=one.subject.value,
                name=one.blocklist.name,
                meaning=meaning(one),
                at=Evidence(one.question, one.answer),
                owner=one.subject.value,
            )
