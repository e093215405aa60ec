"""
A DMARC record where no receiver looks.

Receivers look at the name "_dmarc" below the domain and nowhere else. Some panels put the domain's
name behind what is typed, so that "_dmarc.example.com" becomes "_dmarc.example.com.example.com". A
copy elsewhere beside the right record does no harm.

Fires on:

    example.com.  TXT  "v=DMARC1; p=reject"
    example.com.         MX   10 mx.example.com.

Fires on:

    www.example.com.  TXT  "v=DMARC1; p=reject"
    example.com.         MX   10 mx.example.com.

Fires on:

    _dmarc.example.com.example.com.  TXT  "v=DMARC1; p=reject"
    example.com.         MX   10 mx.example.com.

Fires on:

    dmarc.example.com.  TXT  "v=DMARC1; p=reject"
    example.com.         MX   10 mx.example.com.

Fires on:

    example.com.  TXT  "v=spf1 mx -all v=DMARC1; p=reject"
    example.com.  MX   10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    example.com.  TXT  "v=DMARC1; p=none"

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import NEVER_COUNTED, never_counted
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnsQuestion
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.model.message import say
from mailsetup.walks.dmarc_misplaced import MisplacedDmarc, behind_spf, dmarc_misplaced


@check(
    title="A DMARC record where no receiver looks",
    severity=Severity.ERROR,
    codes=["DMARC_WRONG_LOCATION"],
    cites=["RFC 9989 section 4.5"],
    reads=[dmarc_misplaced],
    yields_to=["dmarc/leading-space", "dmarc/version-not-first"],
)
def wrong_location(case: Case) -> Iterator[Finding]:
    place = case.read(dmarc_misplaced)
    for question, _, text in place.elsewhere[:1]:
        glued = behind_spf(text)
        if glued:
            yield _glued(case, place, question, glued)
            continue
        of_www = question.name == f"_dmarc.www.{case.domain}"
        advice = say(
            "Publish the record at {name} too."
            if of_www
            else "Publish the record at {name} and delete it at {found}.",
            found=question.name,
            name=place.own.question.name,
        )
        yield case.finding(
            "the DMARC record at {found} counts for mail from {www} only; {domain} has none, its place is {name}"
            if of_www
            else "a DMARC record stands at {found}, where no receiver looks; the place is {name}",
            found=question.name,
            name=place.own.question.name,
            www=f"www.{case.domain}",
            domain=case.domain,
            at=(case.evidence(question, text[:200]), place.own.question),
            owner=place.own.question.name,
            severity=Severity.WARNING if of_www else None,
            remedy=say(NEVER_COUNTED, advice=advice) if never_counted(text) else advice,
            fix=Fix(place.own.question.name, "TXT", (presentation(text),)),
        )


def _glued(case: Case, place: MisplacedDmarc, question: DnsQuestion, record: str) -> Finding:
    """The finding about a record that was pasted behind an SPF record."""
    name = place.own.question.name
    advice = say(
        "Publish it at {name}, and end the SPF record at {domain} before it.", name=name, domain=case.domain
    )
    return case.finding(
        "a DMARC record stands inside the SPF record of {domain}, where no receiver looks; the place is {name}",
        domain=case.domain,
        name=name,
        at=(case.evidence(question, record[:200]), place.own.question),
        owner=name,
        remedy=say(NEVER_COUNTED, advice=advice) if never_counted(record) else advice,
        fix=Fix(name, "TXT", (presentation(record),)),
    )
