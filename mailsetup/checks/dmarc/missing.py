"""
No DMARC record.

Without a record at the domain or above it receivers do not apply DMARC: nobody learns who sends in
the domain's name, and nobody is asked to refuse what is forged. Large receivers want a record from
every sender of bulk mail. An answer that did not come is never taken for a missing record.

Fires on:

    example.com.         MX   10 mx.example.com.

Fires on sub.example.com:

    sub.example.com.  MX  10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Silent on sub.example.com:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import new_record, no_postmaster
from mailsetup.checks._silence import one_dmarc_record
from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.grammar.spf import is_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dmarc_record import dmarc_record
from mailsetup.walks.dmarc_tree import PolicySource, dmarc_tree
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.wildcards import wildcards


@check(
    title="No DMARC record",
    severity=Severity.WARNING,
    codes=["DMARC_MISSING"],
    cites=["RFC 9989 section 4.10.1"],
    reads=[dmarc_record, dmarc_tree, mx_records, wildcards],
    yields_to=[
        "dmarc/leading-space",
        "dmarc/multiple",
        "dmarc/parked",
        "dmarc/version-not-first",
        "dmarc/wrong-location",
    ],
    silent_where=one_dmarc_record,
)
def missing(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    if own.candidates:
        return
    tree = case.read(dmarc_tree)
    if tree.source is not PolicySource.NONE:
        return
    everybody = case.read(wildcards).control
    if own.aliases and not (everybody is not None and everybody.aliases == own.aliases):
        yield case.finding(
            "{name} is an alias that leads to {target}, where there is no DMARC record",
            name=own.question.name,
            target=own.aliases[-1],
            at=tree.rests_on,
            remedy="Let the alias lead to a name with a DMARC record, or publish the record in its place.",
        )
        return
    nobody = organizational_domain(case.domain) == case.domain and no_postmaster(case)
    strays = any(map(is_spf, own.answer.texts)) and not (everybody is not None and everybody.found)
    yield case.finding(
        "an SPF record stands at {name}, where DMARC belongs; {domain} has no DMARC record"
        if strays
        else "{domain} has no DMARC record, nor has any name above it",
        domain=case.domain,
        name=own.question.name,
        at=tree.rests_on,
        remedy="Publish a record that only watches (p=none); {domain} takes no mail, so add rua= with a mailbox elsewhere "
        "that agrees to take the reports, and read them before asking for more."
        if nobody
        else "Publish a record that only watches (p=none) and read its reports before asking for more.",
        fix=new_record(case.domain, reports=not nobody),
        over_wildcard=bool(own.aliases),
    )
