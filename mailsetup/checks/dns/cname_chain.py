"""
A chain of aliases that is too long, or goes in a circle.

Resolvers follow only so many CNAMEs before they give up, and each may be in other hands. A
circle never ends: nothing is found there.

Fires on:

    example.com.         MX     10 mail.example.com.
    mail.example.com.    A      9.9.9.10
    _dmarc.example.com.  CNAME  a.example.net.
    a.example.net.       CNAME  _dmarc.example.com.

Fires on (selectors: s1):

    example.com.                MX     10 mail.example.com.
    mail.example.com.           A      9.9.9.10
    s1._domainkey.example.com.  CNAME  a.example.net.
    a.example.net.              CNAME  s1._domainkey.example.com.

Fires on:

    example.com.           MX     10 mail.example.com.
    mail.example.com.      A      9.9.9.10
    _mta-sts.example.com.  CNAME  a.example.net.
    a.example.net.         CNAME  _mta-sts.example.com.

Fires on:

    example.com.       MX     10 mail.example.com.
    mail.example.com.  CNAME  a.example.net.
    a.example.net.     CNAME  mail.example.com.

Fires on:

    example.com.       MX     10 mail.example.com.
    mail.example.com.  A      9.9.9.10
    example.com.       TXT    "v=spf1 include:a.example.net -all"
    a.example.net.     CNAME  b.example.net.
    b.example.net.     CNAME  a.example.net.

Silent on:

    example.com.       MX     10 mail.example.com.
    mail.example.com.  A      9.9.9.10
    example.com.       TXT    "v=spf1 include:a.example.net -all"
    a.example.net.     CNAME  b.example.net.
    b.example.net.     TXT    "v=spf1 ip4:9.9.9.0/24 -all"

Silent on:

    example.com.         MX     10 mail.example.com.
    mail.example.com.    A      9.9.9.10
    _dmarc.example.com.  CNAME  a.example.net.
    a.example.net.       CNAME  b.example.net.
    b.example.net.       TXT    "v=DMARC1; p=reject"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._addresses import sound_hosts
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnsAnswer, DnsQuestion
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.dkim_keys import dkim_keys
from mailsetup.walks.mta_sts import mta_sts_record
from mailsetup.walks.mx_hosts import mx_hosts
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.policy_texts import apex_texts, dmarc_texts
from mailsetup.walks.spf_tree import spf_includes
from mailsetup.walks.tls_rpt import tls_reporting

CHAIN_LIMIT = 8  # practice: common resolvers give up after 8 to 16


@check(
    title="A chain of aliases is too long or goes in a circle",
    severity=Severity.WARNING,
    codes=["DNS_CNAME_CHAIN"],
    reads=[
        mx_records,
        apex_texts,
        dmarc_texts,
        dkim_keys,
        mta_sts_record,
        tls_reporting,
        spf_includes,
        mx_hosts,
    ],
    cites=["RFC 1034 section 3.6.2", "RFC 1034 section 5.2.2"],
)
def cname_chain(case: Case) -> Iterator[Finding]:
    for answer, question in _aliased(case):
        if _circles(question, answer):
            yield case.finding(
                "the aliases at {name} go in a circle: {chain}",
                name=question.name,
                chain=_shown(_once_round(question.name, answer.aliases)),
                at=(),  # the circle is seen though no answer came of it
                owner=question.name,
                remedy="Delete the CNAME at {name}, or point it at a name that has the record.",
            )
        elif len(answer.aliases) > CHAIN_LIMIT:
            yield case.finding(
                "{name} leads over {count} aliases; some resolvers stop after {limit}: {chain}",
                name=question.name,
                count=len(answer.aliases),
                limit=CHAIN_LIMIT,
                chain=_shown(answer.aliases),
                at=() if answer.unknown else question,
                owner=question.name,
                remedy="Point the CNAME at {name} straight at the last name of the chain.",
            )


def _aliased(case: Case) -> Iterator[tuple[DnsAnswer, DnsQuestion]]:
    """
    The names that mail is looked up at and that are aliases. A mail host that is one is another flaw; only its
    circle, which nobody gets behind, is told here.
    """
    facts = [case.read(walk) for walk in (mx_records, apex_texts, dmarc_texts)]
    facts += case.read(dkim_keys).keys
    facts += (case.read(mta_sts_record).found, case.read(tls_reporting).found)
    for fact in facts:
        if fact.answer.aliases:
            yield fact.answer, fact.question
    for node in case.read(spf_includes).below:
        seen = node.published
        answer = seen.answer if seen is not None else case.answer(node.trail[-1])
        if isinstance(answer, DnsAnswer) and answer.aliases:
            yield answer, node.trail[-1]
    if sound_hosts(case):
        return
    for host in case.read(mx_hosts).hosts:
        both = zip((host.ipv4, host.ipv6), host.questions, strict=True)
        yield from [pair for pair in both if _circles(pair[1], pair[0])][:1]


def _circles(question: DnsQuestion, answer: DnsAnswer) -> bool:
    if not answer.aliases or answer.found:
        return False
    chain = (question.name, *answer.aliases)
    return len(set(chain)) < len(chain) or (answer.unknown and "loop" in answer.detail.lower())


def _once_round(name: str, aliases: tuple[str, ...]) -> tuple[str, ...]:
    """A circle's aliases up to the first that comes back: who follows them sees that at different places."""
    seen = {name}
    for at, alias in enumerate(aliases, 1):
        if alias in seen:
            return aliases[:at]
        seen.add(alias)
    return aliases


def _shown(aliases: tuple[str, ...]) -> str:
    shown = aliases[: CHAIN_LIMIT + 1]
    return " > ".join(shown) + (" > ..." if len(aliases) > len(shown) else "")
