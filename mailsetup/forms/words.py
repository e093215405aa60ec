"""
The words that people read for values which machine-readable forms keep as they are: severities, outcomes, roles, grades.

Every word is listed once, so that translators see it; `word` says one in the language in use.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailsetup.model.finding import Waived
from mailsetup.model.language import translated
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.retold import retold

SEVERITIES = (phrase("error"), phrase("warning"), phrase("info"), phrase("note"))
STATUSES = (
    phrase("pass"),
    phrase("fail"),
    phrase("inconclusive"),
    phrase("not_applicable"),
    phrase("crashed"),
    phrase("not judged"),
)
OUTCOMES = (
    phrase("found"),
    phrase("no data"),
    phrase("no name"),
    phrase("servfail"),
    phrase("refused"),
    phrase("timeout"),
    phrase("unasked"),
)
ROLES = (
    phrase("mailbox"),
    phrase("forwarding"),
    phrase("gateway"),
    phrase("sender"),
    phrase("inbound"),
    phrase("free-mailbox"),
    phrase("detect-only"),
    phrase("dns-host"),
)
CERTAINTIES = (phrase("certain"), phrase("likely"), phrase("hint"))
DNSSEC = (phrase("secure"), phrase("insecure"), phrase("bogus"))
TLS_FAULTS = (
    phrase("expired"),
    phrase("not-yet-valid"),
    phrase("self-signed"),
    phrase("name"),
    phrase("untrusted"),
)
ACCEPTED_BY = (phrase("waiver"), phrase("baseline"))
UNGRADED = phrase("not graded")

PLANNED = phrase("planned")

_ZONE_FILE = "zone file "
_PLACES = {
    "section": phrase("{document} section {place}"),
    "sections": phrase("{document} sections {place}"),
    "appendix": phrase("{document} appendix {place}"),
    "erratum": phrase("{document} erratum {place}"),
    "checked": phrase("{document} checked {place}"),
}
_CITE = re.compile(r"(?P<document>.+?) (?P<word>section|sections|appendix|erratum|checked) (?P<place>.+)")
_GRADE = re.compile(r"(?P<letter>[^,]*), (?P<n>\d{1,6}) questions? open\Z")


def word(value: str) -> str:
    """A word of one of the lists, or a kept reason, in the language in use; any other stays as it is."""
    return retold(value)


def said_grade(grade: str) -> str:
    """A report's grade for people: ``B, 2 questions open`` with its words in the language in use."""
    match = _GRADE.match(grade)
    if match is None:
        return translated(grade) if grade == UNGRADED else grade
    letter, n = match["letter"], int(match["n"])
    shown = translated(letter) if letter == UNGRADED else letter
    return str(say("{grade}, {n} {n:question|questions} open", grade=shown, n=n))


def headed_grade(grade: str) -> str:
    """A report's grade with its word before it, ``grade B``; ``not graded`` has none."""
    said = said_grade(grade)
    return str(say("grade {grade}", grade=said)) if grade[:1].isupper() else said or word("not graded")


def said_cite(cite: str) -> str:
    """A source as people read it: ``section``, ``appendix`` and the like are words in the language in use."""
    match = _CITE.fullmatch(cite)
    if match is None:
        return cite
    return str(Message(_PLACES[match["word"]], {"document": match["document"], "place": match["place"]}))


def shortened(names: Sequence[str], most: int) -> str | Message:
    """Names in a row, at most so many, and how many more there are."""
    shown = ", ".join(names[:most])
    if len(names) <= most:
        return shown
    return say("{names} and {n} {n:more|more}", names=shown, n=len(names) - most)


def said_waived(why: Waived | None) -> Message:
    """By what a finding is accepted."""
    if why is not None and why.by == "waiver":
        return say("waived until {day}: {reason}", day=why.until, reason=why.reason)
    return say("known from the baseline")


def said_server(server: str) -> str:
    """Who answered, for people: an address as it is, ``zone file example.com.zone`` in the language in use."""
    if server.startswith(_ZONE_FILE):
        return "; ".join(
            str(say("zone file {file}", file=one.removeprefix(_ZONE_FILE))) for one in server.split("; ")
        )
    return translated(server) if server == PLANNED else server
