"""
A domain without mail that does not ask to reject.

A domain that says it neither sends (v=spf1 -all) nor takes mail can only be forged. p=reject costs nothing
there and closes it, together with the null MX. A DKIM key there serves nobody but a thief of it; one that is
withdrawn (p= empty) is right.

Fires on:

    example.com.  MX  0 .
    example.com.  TXT  "v=spf1 -all"

Fires on:

    example.com.  MX  0 .
    example.com.  TXT  "v=spf1 -all"
    _dmarc.example.com.  TXT  "v=DMARC1; p=none"

Fires on (selectors: s1):

    example.com.  MX  0 .
    example.com.  TXT  "v=spf1 -all"
    _dmarc.example.com.  TXT  "v=DMARC1; p=reject"
    s1._domainkey.example.com.  TXT  "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

Fires on:

    example.com.          MX   0 .
    example.com.          TXT  "v=spf1 -all exp=explain.example.com"
    explain.example.com.  TXT  "example.com sends no mail"

Silent on:

    example.com.  MX  0 .
    example.com.  TXT  "v=spf1 -all"
    _dmarc.example.com.  TXT  "v=DMARC1; p=reject"

Silent on (selectors: s1):

    example.com.  MX  0 .
    example.com.  TXT  "v=spf1 -all"
    _dmarc.example.com.  TXT  "v=DMARC1; p=reject"
    *._domainkey.example.com.  TXT  "v=DKIM1; p="

Silent on:

    example.com.  MX  10 mx.example.com.
    example.com.  TXT  "v=spf1 -all"

Unknown on:

    example.com.  MX  0 .
    example.com.  TXT  "v=spf1 -all"
    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dkim import amended_key, usable_keys
from mailsetup.checks._dmarc import amended_record
from mailsetup.checks._when import sends_nothing
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.model.mail_records import Policy
from mailsetup.model.message import say
from mailsetup.walks.dkim_keys import dkim_keys
from mailsetup.walks.dmarc_record import dmarc_record
from mailsetup.walks.dmarc_tree import dmarc_tree
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.spf_record import spf_record


@check(
    title="A domain without mail that does not ask to reject",
    severity=Severity.WARNING,
    codes=["DMARC_PARKED"],
    cites=["RFC 7505", "RFC 9989 section 4.7"],
    applies_to=sends_nothing,
    reads=[dkim_keys, dmarc_record, dmarc_tree, mx_records, spf_record],
    yields_to=["dmarc/leading-space", "dmarc/multiple", "dmarc/version-not-first", "dmarc/wrong-location"],
)
def parked(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    if own.record is not None:
        if own.record.policy is not Policy.REJECT:
            yield case.finding(
                "{domain} says that it sends no mail, but its DMARC policy is {policy}",
                domain=case.domain,
                policy=own.record.policy.value if own.record.policy is not None else say("missing"),
                at=own.evidence(),
                remedy="Ask for reject: nothing of yours can be hit.",
                fix=amended_record(own, drop=("sp", "np", "pct", "t"), p="reject"),
            )
            return
        for found, _ in usable_keys(case):
            yield case.finding(
                "{domain} sends no mail, but has a DKIM key at the selector {selector}",
                domain=case.domain,
                selector=found.selector,
                at=found.evidence(),
                remedy="Withdraw the key.",
                fix=amended_key(found, p=""),
            )
        return
    tree = case.read(dmarc_tree)
    if not tree.unknown and tree.policy is not Policy.REJECT:
        yield case.finding(
            "{domain} says that it sends no mail, but no DMARC policy asks to reject what is forged",
            domain=case.domain,
            at=tree.rests_on,
            owner=own.question.name,
            remedy="Ask for reject: nothing of yours can be hit.",
            fix=Fix(own.question.name, "TXT", (presentation("v=DMARC1; p=reject"),)),
        )
