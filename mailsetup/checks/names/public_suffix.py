"""
The name is a public suffix, not a domain of one owner.

Domains of many owners are registered directly below it, so policies for its mail are
the registry's affair. Judge the domain registered below it. A suffix that takes mail, or publishes
a DMARC record for all below it, is judged as it is.

Fires on co.uk:

    co.uk.  NS  ns1.nic.test.
    co.uk.  NS  ns2.nic.test.
    ns1.nic.test.  A  9.9.9.1
    ns2.nic.test.  A  149.112.112.2

Silent on co.uk:

    co.uk.         NS   ns1.nic.test.
    co.uk.         NS   ns2.nic.test.
    ns1.nic.test.  A    9.9.9.1
    ns2.nic.test.  A    149.112.112.2
    _dmarc.co.uk.  TXT  "v=DMARC1; p=reject; psd=y"

Unknown on co.uk:

    co.uk.         NS   ns1.nic.test.
    co.uk.         NS   ns2.nic.test.
    ns1.nic.test.  A    9.9.9.1
    ns2.nic.test.  A    149.112.112.2
    _dmarc.co.uk.  TIMEOUT

Silent on example.co.uk:

    example.co.uk.       MX  10 mail.example.co.uk.
    mail.example.co.uk.  A   9.9.9.10
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.grammar.public_suffix import is_public_suffix
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.policy_texts import dmarc_texts


@check(
    title="The name is a public suffix",
    severity=Severity.ERROR,
    codes=["NAME_PUBLIC_SUFFIX"],
    reads=[mx_records, dmarc_texts],
    cites=["RFC 9989 section 3.2.14", "https://publicsuffix.org/list/, checked 2026-11"],
)
def public_suffix(case: Case) -> Iterator[Finding]:
    mx = case.read(mx_records)
    if mx.exchanges or not is_public_suffix(case.domain):
        return
    texts = case.read(dmarc_texts)
    if not texts.mail_policies:
        yield case.finding(
            "{domain} is a public suffix: domains of many owners are registered below it, and it takes no "
            "mail itself",
            domain=case.domain,
            at=(mx.question, texts.question),
            remedy="Give the domain registered below it, such as yourname.{domain}.",
        )
