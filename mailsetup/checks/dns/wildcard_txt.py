"""
A wildcard TXT record answers at the names of mail protocols.

Software that looks for a DMARC, MTA-STS or DKIM record finds the wildcard's text there, takes it
for a broken record, or for the answer to any question. Names that have a record of their own, or
names below them, are not touched by the wildcard.

Fires on:

    example.com.         MX   10 mail.example.com.
    mail.example.com.    A    9.9.9.10
    *.example.com.       TXT  "some-verification=1234"

Silent on:

    example.com.               MX   10 mail.example.com.
    mail.example.com.          A    9.9.9.10
    *.example.com.             A    9.9.9.11
    _dmarc.example.com.        TXT  "v=DMARC1; p=reject"

Silent on:

    *.example.com.                TXT  "v=spf1 -all"
    _dmarc.example.com.           TXT  "v=DMARC1; p=reject"
    _mta-sts.example.com.         TXT  "v=STSv1; id=20261101"
    s1._domainkey.example.com.    TXT  "v=DKIM1; p="

Unknown on:

    example.com.  MX  0 .
    mailsetup-b6fa4eb9.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnsQuestion
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.wildcards import PROTOCOL_NAMES, wildcards

SPF_DENIAL = ("v=spf1 -all",)  # advised for names that send nothing: harmless where other protocols look


@check(
    title="A wildcard TXT record answers at names of mail protocols",
    severity=Severity.WARNING,
    codes=["DNS_WILDCARD_TXT"],
    reads=[wildcards],
    cites=["RFC 8552 section 4.2", "RFC 7208 section 3.5", "RFC 4592"],
)
def wildcard_txt(case: Case) -> Iterator[Finding]:
    found = case.read(wildcards)
    if found.control is None or not found.answers_texts:
        return
    control = found.control
    hit = [
        (label, DnsQuestion(name, "TXT"))
        for label, (name, answer) in zip(PROTOCOL_NAMES, found.protocol, strict=True)
        if answer.found and answer.records == control.records and answer.aliases == control.aliases
    ]
    if hit:
        yield case.finding(
            'a wildcard record answers with "{text}" at {names}, where nothing was published',
            text=" / ".join(control.texts)[:80],
            names=", ".join(f"{label}.{case.domain}" for label, _ in hit),
            at=(DnsQuestion(found.name, "TXT"), *(question for _, question in hit)),
            owner=case.domain,
            severity=Severity.INFO if tuple(t.lower().strip() for t in control.texts) == SPF_DENIAL else None,
            remedy=(
                "Replace the wildcard by records at the names that need them; or publish a record of its own "
                "at each of these names."
            ),
        )
