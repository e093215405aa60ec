"""
More than two look-ups that find nothing.

Receivers should stop at the third void look-up (a name that does not exist, or has no such record) and
answer permerror. They are counted for an IPv4 and an IPv6 sender apart: a host with only A finds
nothing for a sender with IPv6.

Fires on:

    example.com.  TXT  "v=spf1 a:old.example.com a:older.example.com mx:oldest.example.com ip4:192.0.2.1 -all"

Fires on:

    example.com.    TXT   "v=spf1 a:h1.example.com a:h2.example.com a:h3.example.com -all"
    h1.example.com.  A    192.0.2.1
    h2.example.com.  A    192.0.2.2
    h3.example.com.  A    192.0.2.3

Silent on:

    example.com.      TXT   "v=spf1 a:h1.example.com a:old.example.com a:older.example.com -all"
    h1.example.com.   A     192.0.2.1
    h1.example.com.   AAAA  2001:db8::1

Silent on:

    example.com.  TXT  "v=spf1 a:old.example.com a:older.example.com mx ip4:192.0.2.1 -all"
    example.com.  MX   0 .

Unknown on:

    example.com.      TXT      "v=spf1 a:slow.example.com a:old.example.com a:older.example.com -all"
    slow.example.com. TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import spf_hosts_are_found
from mailsetup.checks._spf import hosts_of, without
from mailsetup.checks._when import publishes_sound_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.message import say
from mailsetup.walks.spf_record import spf_record
from mailsetup.walks.spf_tree import VOID_LIMIT, spf_includes, spf_tree

TERMS_SHOWN = 6


@check(
    title="SPF makes more than two look-ups that find nothing",
    severity=Severity.ERROR,
    applies_to=publishes_sound_spf,
    codes=["SPF_VOID_LIMIT"],
    reads=[spf_includes, spf_tree, spf_record],
    cites=["RFC 7208 section 4.6.4"],
    yields_to=["spf/include-without-record", "spf/redirect-without-record", "spf/include-with-fault"],
    silent_where=spf_hosts_are_found,
)
def too_many_void_lookups(case: Case) -> Iterator[Finding]:
    tree = hosts_of(case)
    if tree.void_lookups <= VOID_LIMIT:
        return
    four, six = tree.voids(4), tree.voids(6)
    worse = four if len(four) >= len(six) else six
    gone = [pair for pair in four if pair in six]
    yield case.finding(
        "SPF makes {count} look-ups that find nothing for senders with {family}; receivers stop after {limit}: {terms}",
        count=len(worse),
        family=say("IPv4 or IPv6") if len(four) == len(six) else "IPv4" if worse is four else "IPv6",
        limit=VOID_LIMIT,
        terms=", ".join(list(dict.fromkeys(str(term.term) for _, term in worse))[:TERMS_SHOWN]),
        at=tuple(
            dict.fromkeys(
                (tree.trail[0], *(q for node, term in worse for q in (*node.trail, *term.questions)))
            )
        ),
        severity=None if len(four) > VOID_LIMIT else Severity.WARNING,
        remedy="Remove the terms whose hosts are gone, or name their addresses with ip4: and ip6:.",
        fix=without(case.read(spf_record), [term.span for _, term in gone])
        if len(gone) == len(worse) and all(node is tree for node, _ in gone)
        else None,
    )
