"""
A domain name in the SPF record that is none.

A name must end in a dot and a top-level label, or in a macro; a single word or an address is a syntax
error (permerror). Empty labels, or labels over 63 characters, are names nobody can look up, and names
over 253 characters are cut from the left.

Fires on:

    example.com.  TXT  "v=spf1 include:localhost -all"

Fires on:

    example.com.  TXT  "v=spf1 a:192.0.2.1 -all"

Fires on:

    example.com.  TXT  "v=spf1 include:_spf.example.net, -all"

Fires on:

    example.com.  TXT  "v=spf1 a:mail..example.com -all"

Silent on:

    example.com.       TXT  "v=spf1 a:mail.example.com. include:%{d}.spf.example.net -all"
    mail.example.com.  A    192.0.2.1
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import spf_is_plain
from mailsetup.checks._spf import fault_findings, located
from mailsetup.checks._when import publishes_one_spf
from mailsetup.grammar.spf_macro import is_askable, target_name
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.names import NAME_LIMIT
from mailsetup.walks.spf_record import spf_record

_NAMES = frozenset({"include", "a", "mx", "ptr", "exists", "redirect", "exp"})


@check(
    title="The SPF record has a domain name that is none",
    severity=Severity.ERROR,
    applies_to=publishes_one_spf,
    codes=["SPF_DOMAIN_SPEC"],
    reads=[spf_record],
    cites=["RFC 7208 section 7.1", "RFC 7208 section 7.3", "RFC 7208 section 4.8"],
    yields_to=["dns/name-not-ascii", "dns/name-too-long", "dns/txt-join-space"],
    silent_where=spf_is_plain,
)
def invalid_domain(case: Case) -> Iterator[Finding]:
    yield from fault_findings(case, "SPF_DOMAIN_SPEC")
    found = case.read(spf_record)
    for term, span in located(found):
        if not term.argument or term.name not in _NAMES:
            continue
        target = target_name(term.argument, case.domain, case.domain)
        if target is not None and not is_askable(target):
            yield case.finding(
                'the SPF term "{term}" holds a name that cannot be looked up: a label is empty or too long',
                term=str(term),
                at=found.evidence(span),
                remedy="Write the whole host name, such as mail.example.com, with one dot between the labels.",
            )
        elif target is not None and len(term.argument.rstrip(".")) > NAME_LIMIT and "%" not in term.argument:
            yield case.finding(
                'the name in the SPF term "{term}" is over 253 characters; receivers cut it from the left',
                term=str(term)[:80],
                at=found.evidence(span),
                severity=Severity.WARNING,
                remedy="Use a shorter name.",
            )
