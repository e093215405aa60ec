"""
A list does not stand its own test, so what it says is worth nothing.

Lists end: some then list the whole world, some nothing, some are sold and parked. Each is asked for its
own test entries first; one that fails is left out, and said so. If your mail server uses it, take it out there.

Fires on (options: blocklists, blocklists: spamcop):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    *.bl.spamcop.net.               A   127.0.0.2

Fires on (options: blocklists, blocklists: spamcop):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    *.bl.spamcop.net.               A   203.0.113.80

Fires on (options: blocklists, blocklists: spamcop):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    example.bl.spamcop.net.         A   127.0.0.2

Silent on (options: blocklists, blocklists: spamcop):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    2.0.0.127.bl.spamcop.net.       A   127.0.0.2
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._blocklists import BROKEN, EVERY_WEIGHT, every_listing, of_lists, seen
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity


@check(
    title="A blocklist does not stand its own test",
    severity=Severity.INFO,
    codes=["BL_ZONE_DEAD", "BL_TEST_V4", "BL_TEST_V6", "BL_TEST_DOMAIN", "BL_ANSWER_RANGE"],
    reads=EVERY_WEIGHT,
    cites=["RFC 5782 section 5", "RFC 5782 section 2.3", "RFC 6471 section 3.3"],
    opt_in="blocklists",
)
def unusable_list(case: Case) -> Iterator[Finding]:
    for one in of_lists(one for one in every_listing(case) if one.open and one.why in BROKEN).values():
        yield case.finding(
            "{name} ({zone}) was left out: {reason}",
            name=one.blocklist.name,
            zone=one.blocklist.zone,
            reason=one.reason,
            at=seen(one),
            owner=one.blocklist.zone,
            remedy="Where your own mail server asks this list, take it out, or see whether it answers others.",
        )
