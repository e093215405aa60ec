"""
A look-up that finds nothing.

An a, mx or exists term whose host has no address authorises nobody and counts towards the two void
look-ups that receivers allow. A host with A only (or AAAA only) is void for senders of the other
address family.

Fires on:

    example.com.  TXT  "v=spf1 a:old.example.com ip4:192.0.2.1 -all"

Fires on:

    example.com.  TXT  "v=spf1 mx ip4:192.0.2.1 -all"

Fires on:

    example.com.       TXT  "v=spf1 a:mail.example.com -all"
    mail.example.com.  A    192.0.2.1

Fires on:

    example.com.  TXT  "v=spf1 mx ip4:192.0.2.1 -all"
    example.com.  MX   0 .

Silent on:

    example.com.       TXT   "v=spf1 a:mail.example.com include:%{i}.spf.example.net exists:%{i}.example.net -all"
    mail.example.com.  A     192.0.2.1
    mail.example.com.  AAAA  2001:db8::1

Unknown on:

    example.com.       TXT      "v=spf1 a:slow.example.com -all"
    slow.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import spf_hosts_are_found
from mailsetup.checks._spf import hosts_of, without
from mailsetup.checks._when import publishes_sound_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.spf_record import spf_record
from mailsetup.walks.spf_tree import SpfLookup, SpfTree, spf_includes, spf_tree


@check(
    title="An SPF term looks up a host that has no address",
    severity=Severity.WARNING,
    applies_to=publishes_sound_spf,
    codes=["SPF_VOID_PRESENT", "SPF_A_NO_ADDR"],
    reads=[spf_includes, spf_tree, spf_record],
    cites=["RFC 7208 section 4.6.4", "RFC 7208 section 5.3", "RFC 7208 section 5.4"],
    yields_to=["spf/too-many-void-lookups", "spf/invalid-domain", "dns/name-too-long"],
    silent_where=spf_hosts_are_found,
)
def void_lookup(case: Case) -> Iterator[Finding]:
    tree = hosts_of(case)
    dead = tree.barren
    for node, term in dead:
        if node is tree:
            yield _dead(case, node, term)
        else:
            yield _elsewhere(case, node, term)
    if dead:
        return
    four = [pair for pair in tree.voids(4) if pair[1].child is None]
    six = [pair for pair in tree.voids(6) if pair[1].child is None]
    worse = four if len(four) > len(six) else six
    if worse:
        yield case.finding(
            "for senders with {family} these SPF terms find nothing (two such look-ups are allowed): {terms}",
            family="IPv4" if worse is four else "IPv6",
            terms=", ".join(str(term.term) for _, term in worse[:6]),
            at=dict.fromkeys(q for node, term in worse for q in (*node.trail, *term.questions)),
            severity=Severity.INFO,
            remedy="Nothing needs to be done if these hosts send with the other address family only.",
        )


def _dead(case: Case, node: SpfTree, term: SpfLookup) -> Finding:
    """A term of the domain's own record that can be removed."""
    found = case.read(spf_record)
    return case.finding(
        'the SPF term "{term}" finds no address: {target} has none',
        term=str(term.term),
        target=term.target,
        at=(*term.questions, *node.trail),
        owner=case.domain,
        remedy="Remove the term, or mend the host name in it.",
        fix=without(found, [term.span]) if len(found.record.terms) > 2 else None,
    )


def _elsewhere(case: Case, node: SpfTree, term: SpfLookup) -> Finding:
    """A term that somebody else publishes."""
    return case.finding(
        'the SPF term "{term}" in the record of {name}, which {domain} includes, finds no address',
        term=str(term.term),
        name=node.name,
        domain=case.domain,
        at=(*term.questions, *node.trail),
        severity=Severity.INFO,
        remedy="Its operator has to mend it; each such look-up counts towards your limit of two.",
    )
