"""
Something of the domain is on a list that hardly any receiver uses.

Whole networks stand on such lists for what a neighbour did, and there is often no way off but to
wait. Nothing needs to be done while mail arrives; never pay for a removal.

Fires on (options: blocklists, blocklists: uceprotect-2):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    2.0.0.127.dnsbl-2.uceprotect.net.       A   127.0.0.2
    9.113.0.203.dnsbl-2.uceprotect.net.     A   127.0.0.2

Silent on (options: blocklists, blocklists: uceprotect-2):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    2.0.0.127.dnsbl-2.uceprotect.net.       A   127.0.0.2

Unknown on (options: blocklists, blocklists: uceprotect-2):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    2.0.0.127.dnsbl-2.uceprotect.net.       A   127.0.0.2
    9.113.0.203.dnsbl-2.uceprotect.net.     A   127.255.255.254

Unknown on (options: blocklists, blocklists: uceprotect-2):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    2.0.0.127.dnsbl-2.uceprotect.net.       TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._blocklists import listed, open_questions
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.blocklistings import informational_listings


@check(
    title="On a blocklist that hardly any receiver uses",
    severity=Severity.INFO,
    codes=["BL_LISTED_INFO"],
    reads=[informational_listings],
    cites=["RFC 5782 section 2.1", "RFC 6471 section 3.3"],
    opt_in="blocklists",
)
def listed_informational(case: Case) -> Iterator[Finding]:
    found = case.read(informational_listings)
    yield from listed(case, found)
    yield from open_questions(case, found, broken=False)
