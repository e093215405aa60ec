"""
A TXT record was meant as SPF, but does not begin the way receivers require.

A record counts only when it begins with v=spf1 followed by a space or its end. White space or a
quotation mark in front, or anything glued to the version, and it is no SPF record at all. Words that
stand in a zone file without quotation marks are strings of their own, which readers join without a space.

Fires on:

    example.com.  TXT  "v=spf10 ip4:192.0.2.1 -all"

Fires on:

    example.com.  TXT  " v=spf1 ip4:192.0.2.1 -all"

Fires on:

    example.com.  TXT  "v=spf1;ip4:192.0.2.1 -all"

Fires on:

    example.com.  TXT  v=spf1 ip4:192.0.2.1 -all

Silent on:

    example.com.  TXT  "v=spf1"

Silent on:

    example.com.  TXT  "v=spf1 ip4:192.0.2.1 -all"
    example.com.  TXT  "see v=spf1 in the manual"
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailsetup.checks._pasted import WITHOUT_QUOTES
from mailsetup.checks._silence import spf_is_plain
from mailsetup.checks._spf import publishing
from mailsetup.grammar.txt import unquoted
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import TXT
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.spf_record import NearMiss, SpfPublished, spf_record

_BEFORE_TERMS = re.compile(r"[^v]*v\s*=\s*spf[0-9.]*[\s;,]*", re.IGNORECASE)

_SEPARATORS = re.compile(r"\s*[,;]+(?:\s+|\Z)")

_MESSAGES = {
    NearMiss.LEADING: 'the TXT record "{text}" has something before "v=spf1", so receivers do not see an SPF record',
    NearMiss.VERSION: 'the TXT record "{text}" does not begin with "v=spf1" and a space, so it is no SPF record',
}

QUOTED = 'the TXT record "{text}" begins with a quotation mark or another odd character before "v=spf1", so receivers do not see an SPF record'


@check(
    title="A record meant as SPF is not read as SPF",
    severity=Severity.ERROR,
    codes=["SPF_VERSION_BOUNDARY"],
    reads=[spf_record],
    cites=["RFC 7208 section 4.5"],
    silent_where=spf_is_plain,
)
def misread_version(case: Case) -> Iterator[Finding]:
    found = case.read(spf_record)
    for kind, text in found.near_misses:
        if kind is NearMiss.SENDER_ID:
            continue
        strings = _strings(found, text)
        whole = publishing(found, " ".join(strings), text) if strings and not found.texts else None
        if whole is not None:
            yield case.finding(
                'the SPF record comes in {count} strings, which readers join without a space: it reads "{text}" and counts '
                "for nothing",
                count=len(strings),
                text=text[:60],
                at=case.evidence(found.question, text),
                remedy="Publish it as one text with one space between terms; in a zone file between one pair of quotation marks.",
                fix=whole,
            )
            continue
        quoted = kind is NearMiss.LEADING and not text[:1].isspace()
        yield case.finding(
            QUOTED if quoted else _MESSAGES[kind],
            domain=case.domain,
            text=text[:60],
            at=case.evidence(found.question, text),
            severity=Severity.INFO if found.texts else None,
            remedy="Delete it: another record is the SPF record."
            if found.texts
            else WITHOUT_QUOTES
            if quoted
            else "Let it begin with v=spf1 and a space.",
            fix=None if found.texts else _meant(found, text),
        )


def _strings(found: SpfPublished, text: str) -> tuple[str, ...]:
    """The strings of the record that has a text, where its version is one by itself and the terms are others."""
    records = (r for r in found.answer.records if type(r) is TXT and r.text == text)
    strings = [chunk.decode("latin-1") for chunk in next((r.chunks for r in records), ())]
    return tuple(strings) if len(strings) > 1 and strings[0].lower() == "v=spf1" else ()


def _meant(found: SpfPublished, text: str) -> Fix | None:
    """The record that was meant, with commas or semicolons between its terms taken for the spaces they stand for."""
    plain = "v=spf1 " + _BEFORE_TERMS.sub("", unquoted(text), count=1)
    return publishing(found, plain, text) or publishing(found, _SEPARATORS.sub(" ", plain).rstrip(), text)
