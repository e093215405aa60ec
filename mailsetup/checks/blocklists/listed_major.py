"""
Something of the domain is on a list by which many receivers refuse mail.

Large receivers ask the major lists for every connection; being on one stops most mail. A list that
did not prove itself, or refuses who asks, leaves the question open: it is neither a listing nor a
clean bill.

Fires on (options: blocklists, blocklists: spamhaus-zen):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    2.0.0.127.zen.spamhaus.org.             A   127.0.0.2
    9.113.0.203.zen.spamhaus.org.           A   127.0.0.4

Silent on (options: blocklists, blocklists: spamhaus-zen):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    2.0.0.127.zen.spamhaus.org.             A   127.0.0.2

Unknown on (options: blocklists, blocklists: spamhaus-zen):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    2.0.0.127.zen.spamhaus.org.             A   127.0.0.2
    9.113.0.203.zen.spamhaus.org.           A   127.255.255.254

Unknown on (options: blocklists, blocklists: spamhaus-zen):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    2.0.0.127.zen.spamhaus.org.             TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._blocklists import listed, open_questions
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.blocklistings import major_listings


@check(
    title="On a blocklist that many receivers use",
    severity=Severity.ERROR,
    codes=["BL_LISTED_MAJOR"],
    reads=[major_listings],
    cites=["RFC 5782 section 2.1", "RFC 6471 section 3.3"],
    opt_in="blocklists",
)
def listed_major(case: Case) -> Iterator[Finding]:
    found = case.read(major_listings)
    yield from listed(case, found)
    yield from open_questions(case, found, broken=True)
