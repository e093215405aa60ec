"""
Something of the domain is on a list that some receivers count.

Such lists add points to a spam score, or are used by single receivers. One of them alone rarely
stops mail; several together do. Only lists that proved themselves are counted.

Fires on (options: blocklists, blocklists: psbl):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    2.0.0.127.psbl.surriel.com.             A   127.0.0.2
    9.113.0.203.psbl.surriel.com.           A   127.0.0.2

Silent on (options: blocklists, blocklists: psbl):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    2.0.0.127.psbl.surriel.com.             A   127.0.0.2

Unknown on (options: blocklists, blocklists: psbl):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    2.0.0.127.psbl.surriel.com.             A   127.0.0.2
    9.113.0.203.psbl.surriel.com.           A   127.255.255.254

Unknown on (options: blocklists, blocklists: psbl):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    2.0.0.127.psbl.surriel.com.             TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._blocklists import listed, open_questions
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.blocklistings import minor_listings


@check(
    title="On a blocklist that some receivers count",
    severity=Severity.WARNING,
    codes=["BL_LISTED_MINOR"],
    reads=[minor_listings],
    cites=["RFC 5782 section 2.1", "RFC 6471 section 3.3"],
    opt_in="blocklists",
)
def listed_minor(case: Case) -> Iterator[Finding]:
    found = case.read(minor_listings)
    yield from listed(case, found)
    yield from open_questions(case, found, broken=False)
