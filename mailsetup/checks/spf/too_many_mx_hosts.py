"""
An mx term whose domain has more than ten MX hosts.

Receivers look up the addresses of ten; with an eleventh host they answer permerror.

Fires on:

    example.com.  TXT  "v=spf1 mx -all"
    *.example.net.  A     192.0.2.1
    *.example.net.  AAAA  2001:db8::1
    example.com.  MX   1 mx1.example.net.
    example.com.  MX   2 mx2.example.net.
    example.com.  MX   3 mx3.example.net.
    example.com.  MX   4 mx4.example.net.
    example.com.  MX   5 mx5.example.net.
    example.com.  MX   6 mx6.example.net.
    example.com.  MX   7 mx7.example.net.
    example.com.  MX   8 mx8.example.net.
    example.com.  MX   9 mx9.example.net.
    example.com.  MX   10 mx10.example.net.
    example.com.  MX   11 mx11.example.net.

Silent on:

    example.com.  TXT  "v=spf1 mx -all"
    *.example.net.  A     192.0.2.1
    *.example.net.  AAAA  2001:db8::1
    example.com.  MX   1 mx1.example.net.
    example.com.  MX   2 mx2.example.net.
    example.com.  MX   3 mx3.example.net.
    example.com.  MX   4 mx4.example.net.
    example.com.  MX   5 mx5.example.net.
    example.com.  MX   6 mx6.example.net.
    example.com.  MX   7 mx7.example.net.
    example.com.  MX   8 mx8.example.net.
    example.com.  MX   9 mx9.example.net.
    example.com.  MX   10 mx10.example.net.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import spf_hosts_are_found
from mailsetup.checks._spf import hosts_of
from mailsetup.checks._when import publishes_sound_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnsQuestion
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.spf_record import spf_record
from mailsetup.walks.spf_tree import EXCHANGE_LIMIT, spf_includes, spf_tree


@check(
    title="An mx term of SPF leads to more than ten hosts",
    severity=Severity.ERROR,
    applies_to=publishes_sound_spf,
    codes=["SPF_MX_ADDR_LIMIT"],
    reads=[spf_includes, spf_tree, spf_record],
    cites=["RFC 7208 section 4.6.4", "RFC 7208 section 5.4"],
    silent_where=spf_hosts_are_found,
)
def too_many_mx_hosts(case: Case) -> Iterator[Finding]:
    for node, term in hosts_of(case).crowded:
        exchanges = term.exchanges
        if exchanges is not None and term.target is not None:
            yield case.finding(
                'the SPF term "{term}" leads to {count} MX hosts; with more than {limit} receivers answer permerror',
                term=str(term.term),
                count=len(exchanges),
                limit=EXCHANGE_LIMIT,
                at=(DnsQuestion(term.target, "MX"), *node.trail),
                remedy="Name the senders' addresses with ip4: and ip6: in place of mx, or publish fewer MX hosts.",
            )
