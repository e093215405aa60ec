"""
An address of the domain is declared as one that should not send mail directly.

Providers declare the addresses of their dial-up and home customers; no abuse was seen. Receivers refuse
direct mail from there, so a mail server needs a fixed address taken off, or the provider's server in between.

Fires on (options: blocklists, blocklists: spamhaus-zen):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    2.0.0.127.zen.spamhaus.org.     A   127.0.0.2
    9.113.0.203.zen.spamhaus.org.   A   127.0.0.10

Silent on (options: blocklists, blocklists: spamhaus-zen):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    2.0.0.127.zen.spamhaus.org.     A   127.0.0.2
    9.113.0.203.zen.spamhaus.org.   A   127.0.0.2
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._blocklists import EVERY_WEIGHT, every_listing, meaning
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Evidence, Finding, Severity
from mailsetup.model.message import Message
from mailsetup.walks.blocklistings import ListingStatus


@check(
    title="An address is declared as not meant to send mail directly",
    severity=Severity.INFO,
    codes=["BL_POLICY_ONLY"],
    reads=EVERY_WEIGHT,
    cites=["RFC 5782 section 2.1", "https://www.spamhaus.org/blocklists/policy-blocklist/ checked 2026-11"],
    opt_in="blocklists",
)
def policy_listed(case: Case) -> Iterator[Finding]:
    for one in every_listing(case):
        if one.status is ListingStatus.LISTED and one.policy_only:
            yield case.finding(
                "{subject} is on {name} as an address that should not send mail directly: {meaning}; no abuse was "
                "seen",
                subject=one.subject.value,
                name=one.blocklist.name,
                meaning=meaning(one),
                at=Evidence(one.question, one.answer),
                owner=one.subject.value,
                remedy=(
                    "Send through your provider's server, or, for a mail server with a fixed address, ask to be "
                    "taken off. {removal}. {url}"
                ),
                removal=Message(one.blocklist.removal),
                url=one.blocklist.removal_url,
            )
