"""
Blocklists refuse the resolver that asks them, so nothing is known.

Operators answer public resolvers, resolvers of large clouds and those that ask too much with a code that looks
like a listing and is none. A mail server behind such a resolver checks nobody, or refuses everybody.

Fires on (options: blocklists, blocklists: spamhaus-zen):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    *.zen.spamhaus.org.             A   127.255.255.254

Silent on (options: blocklists, blocklists: spamhaus-zen):

    example.com.                            MX  10 mail.example.com.
    mail.example.com.                       A   203.0.113.9
    2.0.0.127.zen.spamhaus.org.     A   127.0.0.2
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._blocklists import EVERY_WEIGHT, every_listing, of_lists, seen
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.blocklist_proof import Why

SHOWN = 8  # lists named in a sentence
REFUSED = frozenset({Why.RESOLVER, Why.QUOTA, Why.WITHHELD})


@check(
    title="Blocklists refuse the resolver that asks",
    severity=Severity.WARNING,
    codes=["BL_PUBLIC_RESOLVER", "BL_ERROR_CODE"],
    reads=EVERY_WEIGHT,
    cites=["https://www.spamhaus.org/faqs/dnsbl-usage/ checked 2026-11", "RFC 6471 section 3.4"],
    opt_in="blocklists",
)
def resolver_refused(case: Case) -> Iterator[Finding]:
    lists = of_lists(one for one in every_listing(case) if one.open and one.why in REFUSED)
    if lists:
        first = next(iter(lists.values()))
        yield case.finding(
            "{count} of the lists refuse the resolver that asks, so nothing is known from them: {names}. {first}: "
            "{reason}",
            count=len(lists),
            names=", ".join([*list(lists)[:SHOWN], *(["..."] if len(lists) > SHOWN else [])]),
            first=first.blocklist.name,
            reason=first.reason,
            at=tuple(e for one in lists.values() for e in seen(one)),
            owner=case.domain,
            remedy=(
                "Ask through a recursive resolver of your own (--resolver), or get the operator's free key and put "
                "it in the variable that `mailsetup blocklists` names."
            ),
        )
