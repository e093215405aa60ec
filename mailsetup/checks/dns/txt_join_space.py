"""
An SPF record cut into strings in the wrong place.

A TXT record may consist of several strings; readers join them without a space. A cut between
two terms that leaves out the space glues them together, and one with a space too many tears a
term apart.

Fires on:

    example.com.       MX   10 mail.example.com.
    mail.example.com.  A    9.9.9.10
    example.com.       TXT  "v=spf1 mx include:spf.example.net" "ip4:9.9.9.0/24 -all"
    spf.example.net.   TXT  "v=spf1 -all"

Fires on:

    example.com.       MX   10 mail.example.com.
    mail.example.com.  A    9.9.9.10
    example.com.       TXT  "v=spf1 mx include:" " spf.example.net -all"
    spf.example.net.   TXT  "v=spf1 -all"

Silent on:

    example.com.       MX   10 mail.example.com.
    mail.example.com.  A    9.9.9.10
    example.com.       TXT  "v=spf1 mx include:spf.exam" "ple.net ip4:9.9.9.0/24 " "-all"
    spf.example.net.   TXT  "v=spf1 -all"
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailsetup.grammar.spf import parse_spf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import TXT, present
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.policy_texts import apex_texts

_TERM = re.compile(
    r"[+?~-]?(?:all(?=\s|\Z)|(?:include|exists|ip4|ip6):|(?:a|mx|ptr)[:/]|(?:mx|ptr)(?=\s|\Z))|redirect=|exp=",
    re.IGNORECASE,
)
_OPEN_END = re.compile(r"(?:^|[\s+?~:=/.%{-])\Z")
TAIL = 16  # characters before a cut that are looked at: the longest name of a term has nine
_HALF_TERM = re.compile(r"(?:include|exists|ip4|ip6|a|mx|ptr)[:/]\Z|(?:redirect|exp)=\Z", re.IGNORECASE)


@check(
    title="An SPF record is cut in the wrong place",
    severity=Severity.WARNING,
    codes=["DNS_TXT_JOIN_SPACE"],
    reads=[apex_texts],
    cites=["RFC 7208 section 3.3"],
)
def txt_join_space(case: Case) -> Iterator[Finding]:
    texts = case.read(apex_texts)
    for record in texts.spf:
        parts = [chunk.decode("latin-1") for chunk in record.chunks]
        mended = _mended(parts)
        if mended == record.text:
            continue
        fixed = tuple(present(TXT.of(mended) if r is record else r, "TXT") for r in texts.records)
        yield case.finding(
            "the SPF record comes in {count} strings, which readers join without a space; terms are glued "
            "together or torn apart there",
            count=len(parts),
            at=case.evidence(texts.question, quote=record.text),
            severity=Severity.ERROR if parse_spf(record.text).faults else None,  # the whole record is void
            remedy="Publish the record as one text with one space between terms; let your DNS host cut it.",
            fix=Fix(texts.name, "TXT", fixed),
        )


def _mended(parts: list[str]) -> str:
    """The strings joined as they were probably meant."""
    pieces, tail = [parts[0]], parts[0][-TAIL:]
    for part in parts[1:]:
        if not _OPEN_END.search(tail) and _TERM.match(part):
            pieces.append(" " + part)
        elif _HALF_TERM.search(tail) and part[:1] == " ":
            pieces.append(part.lstrip(" "))
        else:
            pieces.append(part)
        tail = (tail + pieces[-1])[-TAIL:]
    return "".join(pieces)
