"""
The name is a host, not a mail domain.

It has an address or is an alias, and neither MX nor SPF of its own: a web server's name such
as `www`. Mail addresses end in the domain above, which is the one to judge.

Fires on www.example.com:

    example.com.      MX     10 mail.example.com.
    mail.example.com. A      9.9.9.10
    www.example.com.  A      9.9.9.11

Fires on www.example.com:

    example.com.      MX     10 mail.example.com.
    mail.example.com. A      9.9.9.10
    www.example.com.  CNAME  example.com.

Silent on news.example.com:

    example.com.       MX   10 mail.example.com.
    mail.example.com.  A    9.9.9.10
    news.example.com.  A    9.9.9.11
    news.example.com.  TXT  "v=spf1 ip4:9.9.9.11 -all"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._addresses import any_addresses
from mailsetup.grammar.public_suffix import is_public_suffix, organizational_domain
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.existence import Standing, existence
from mailsetup.walks.mx_hosts import mx_hosts
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.policy_texts import apex_texts

ADVICE = (
    "Give {above} instead. Only if people really write to addresses ending in @{domain}, publish "
    "MX and SPF records there."
)


@check(
    title="The name is a host, not a mail domain",
    severity=Severity.ERROR,  # of the root cause; what is said is a warning, since no mail suffers
    codes=["NAME_HOST"],
    reads=[existence, mx_hosts, mx_records, apex_texts],
    cites=["RFC 5321 section 2.3.5"],
)
def host_name(case: Case) -> Iterator[Finding]:
    if case.domain.count(".") < 2:
        return  # at least one label more than a domain and its suffix
    above = organizational_domain(case.domain)
    if above == case.domain or is_public_suffix(case.domain):
        return
    mx = case.read(mx_records)
    if mx.stands_here:
        return
    there, texts = case.read(existence), case.read(apex_texts)
    at = (mx.question, texts.question)
    if there.standing is Standing.ALIAS:
        target = there.answer.aliases[0]
        if target == above or (mx.absent and texts.answer.absent):
            yield case.finding(
                "{domain} is an alias of {target}, a host name and not a mail domain",
                domain=case.domain,
                target=target,
                above=above,
                at=there.question,
                severity=Severity.WARNING,
                remedy=ADVICE,
            )
    elif there.standing is Standing.INSIDE and mx.absent and not texts.answer.unknown and not texts.spf:
        addresses = any_addresses(case, case.domain)
        if addresses:
            yield case.finding(
                "{domain} is a host name ({addresses}) without mail records, not a mail domain",
                domain=case.domain,
                addresses=", ".join(addresses[:3]),
                above=above,
                at=at,
                severity=Severity.WARNING,
                remedy=ADVICE,
            )
