"""
TXT records too large for a plain DNS answer.

An answer over 512 octets needs EDNS or TCP. Firewalls and old resolvers that lose those lose
the records; what grows the answer is mostly a pile of old verification texts. Beside an SPF
record, the SPF checks tell of it.

Fires on:

    example.com.         MX   10 mail.example.com.
    mail.example.com.    A    9.9.9.10
    example.com.         TXT  "verification-a=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    example.com.         TXT  "verification-b=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    example.com.         TXT  "verification-c=cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
    example.com.         TXT  "verification-d=dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
    example.com.         TXT  "verification-e=eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
    example.com.         TXT  "verification-f=ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

Silent on:

    example.com.         MX   10 mail.example.com.
    mail.example.com.    A    9.9.9.10
    example.com.         TXT  "verification-a=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    example.com.         TXT  "verification-b=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    example.com.         TXT  "verification-c=cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
    example.com.         TXT  "verification-d=dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.policy_texts import TextSet, apex_texts, dmarc_texts

UDP_LIMIT = 512  # octets, RFC 1035 section 4.2.1
HEADER = 12  # octets, RFC 1035 section 4.1.1
QUESTION = 6  # octets beside the name: its length octet, the root, type and class
RECORD = 12  # octets beside the data: compressed name, type, class, TTL, length


@check(
    title="TXT records too large for a plain DNS answer",
    severity=Severity.WARNING,
    codes=["DNS_UDP_512"],
    reads=[apex_texts, dmarc_texts],
    cites=["RFC 1035 section 4.2.1", "RFC 7208 section 3.4", "RFC 6891"],
)
def large_txt_answer(case: Case) -> Iterator[Finding]:
    for walk in (apex_texts, dmarc_texts):
        texts = case.read(walk)
        size = _answer_octets(texts)
        if size > UDP_LIMIT and not texts.spf:
            yield case.finding(
                "the {count} TXT records at {name} make an answer of {size} octets; over {limit} some "
                "resolvers fail",
                count=len(texts.records),
                name=texts.name,
                size=size,
                limit=UDP_LIMIT,
                at=texts.question,
                remedy="Delete verification texts that are no longer needed, and shorten what is long.",
            )


def _answer_octets(texts: TextSet) -> int:
    data = sum(RECORD + sum(1 + len(chunk) for chunk in record.chunks) for record in texts.records)
    return HEADER + len(texts.name) + QUESTION + data
