"""
What the lists say about addresses and domains: listed, allowed, clean, unexpected, or unknown, and why.

Each list proves itself first (`blocklist_proof`); only its own documented codes are read. A
refusal, a zone that lists the world or is parked, silence: each is *unknown, because ...*, never a
listing and never a clean bill.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NamedTuple

from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.blocklist import Blocklist, Effect, Grade, Hit, Kind, Weight
from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome, dns_question
from mailsetup.model.finding import Evidence, Severity
from mailsetup.model.message import Message, say
from mailsetup.model.names import NAME_LIMIT, printable
from mailsetup.model.walk import Walk, ask, needs, together

from .blocklist_names import listed_name
from .blocklist_proof import Proof, Standing, Why, proof, silence, unusable
from .blocklist_subjects import Subject, blocklist_subjects

__all__ = [
    "Listing",
    "ListingStatus",
    "informational_listings",
    "listings",
    "major_listings",
    "minor_listings",
]

REASON_LIMIT = 300  # characters of a list's own reason that are kept
REASONS = 2  # TXT records of an entry that are shown


class ListingStatus(StrEnum):
    """What a list says about a subject."""

    LISTED = "listed"
    ALLOWED = "allowed"
    NEUTRAL = "neutral"
    CLEAN = "clean"
    UNEXPECTED = "unexpected"  # an answer that the operator does not document
    UNKNOWN = "unknown"


class Listing(NamedTuple):
    """
    What one list says about one subject.

    ``why`` and ``reason`` say why nothing is known; ``text`` is the list's own reason from TXT, made
    printable, never read for a decision; ``unexpected`` are answers it does not document.
    """

    blocklist: Blocklist
    subject: Subject
    status: ListingStatus
    proof: Standing
    question: DnsQuestion
    answer: DnsAnswer
    hits: tuple[Hit, ...] = ()
    unexpected: tuple[str, ...] = ()
    why: Why = Why.NONE
    reason: Message | None = None
    text: str = ""

    @property
    def severity(self) -> Severity:
        """What it weighs: a listing by its codes, an open question by the list's weight, anything else info."""
        if self.status is ListingStatus.LISTED:
            return self.blocklist.severity(self.hits)
        return self.blocklist.weight.severity if self.open else Severity.INFO

    @property
    def open(self) -> bool:
        """Whether it is not known if the subject is listed."""
        return self.status in (ListingStatus.UNKNOWN, ListingStatus.UNEXPECTED)

    @property
    def decisive(self) -> bool:
        """Whether a missing answer leaves something open that could have been known."""
        excused = self.why in (Why.REGISTRATION, Why.OFFLINE)
        return self.open and not self.blocklist.allows and not excused

    @property
    def policy_only(self) -> bool:
        """Whether every code says that the range should not send directly, and none that it was abused."""
        listed = [hit for hit in self.hits if hit.effect is Effect.LISTED]
        return bool(listed) and all(hit.code.grade is Grade.POLICY for hit in listed)

    @property
    def meaning(self) -> str:
        """The meanings of its codes, joined."""
        return "; ".join(dict.fromkeys(hit.meaning for hit in self.hits))

    @property
    def evidence(self) -> Evidence:
        """What was asked and what came; an answer that says nothing has the outcome it stands for."""
        if not self.open or (self.answer.unknown and self.why is not Why.WITHHELD):
            return Evidence(self.question, self.answer)
        detail = str(self.reason) if self.reason is not None else ""
        outcome = Outcome.REFUSED if self.why in (Why.RESOLVER, Why.QUOTA, Why.WITHHELD) else Outcome.SERVFAIL
        return Evidence(self.question, self.answer._replace(outcome=outcome, detail=detail))


def listings(
    blocklist: Blocklist, subjects: Iterable[Subject], *, reasons: bool = True
) -> Walk[tuple[Listing, ...]]:
    """
    What one list says about some subjects of the kinds it knows: its proof, the questions, then reasons.

    Three rounds at most; two without ``reasons``, which asks a TXT record for each listing.
    """
    wanted = [s for s in subjects if s.kind in blocklist.kinds]
    kinds = tuple(dict.fromkeys(s.kind for s in wanted))
    if blocklist.withheld:
        return tuple(_withheld(blocklist, s) for s in wanted)
    proofs = dict(zip(kinds, (yield from together(*(proof(blocklist, kind) for kind in kinds))), strict=True))
    questions = {s: _question(blocklist, s) for s in wanted}
    asked = [
        s
        for s in wanted
        if proofs[s.kind].standing is not Standing.FAILED and len(questions[s].name) <= NAME_LIMIT
    ]
    answers = dict(zip(asked, (yield from ask(*(questions[s] for s in asked))), strict=True)) if asked else {}
    found = tuple(_listing(blocklist, s, questions[s], proofs[s.kind], answers.get(s)) for s in wanted)
    return (yield from _with_reasons(found)) if reasons else found


def _question(blocklist: Blocklist, subject: Subject) -> DnsQuestion:
    value = subject.value
    if blocklist.registrable and subject.kind is Kind.DOMAIN:
        value = organizational_domain(value)
    return dns_question(listed_name(value, blocklist, subject.kind), "A")


def _withheld(blocklist: Blocklist, subject: Subject) -> Listing:
    return _unknown(
        blocklist,
        subject,
        _question(blocklist, subject),
        Standing.UNPROVEN,
        DnsAnswer(Outcome.UNASKED),
        (Why.WITHHELD, say("it was not asked: {reason}", reason=blocklist.withheld)),
    )


def _unknown(
    blocklist: Blocklist,
    subject: Subject,
    question: DnsQuestion,
    standing: Standing,
    answer: DnsAnswer,
    because: tuple[Why, Message],
) -> Listing:
    return Listing(
        blocklist,
        subject,
        ListingStatus.UNKNOWN,
        standing,
        question,
        answer,
        why=because[0],
        reason=because[1],
    )


def _listing(
    blocklist: Blocklist, subject: Subject, question: DnsQuestion, proven: Proof, answer: DnsAnswer | None
) -> Listing:
    if proven.standing is Standing.FAILED:
        assert proven.reason is not None and proven.question is not None and proven.answer is not None
        because = proven.why, proven.reason
        return _unknown(blocklist, subject, proven.question, Standing.FAILED, proven.answer, because)
    if answer is None:
        because = Why.MISUSE, say("the name is too long to be asked for in this list")
        return _unknown(blocklist, subject, question, proven.standing, DnsAnswer(Outcome.UNASKED), because)
    if answer.unknown:
        return _unknown(blocklist, subject, question, proven.standing, answer, silence(answer))
    if answer.outcome is Outcome.NO_NAME:
        return Listing(blocklist, subject, ListingStatus.CLEAN, proven.standing, question, answer)
    if answer.outcome is Outcome.NO_DATA:  # the entry is there, and says nothing that can be read
        because = Why.SILENCE, say("the name is there but has no address, which says neither yes nor no")
        return _unknown(blocklist, subject, question, proven.standing, answer, because)
    return _read(blocklist, subject, question, proven, answer)


def _read(
    blocklist: Blocklist, subject: Subject, question: DnsQuestion, proven: Proof, answer: DnsAnswer
) -> Listing:
    words = blocklist.read(r for r in answer.records if isinstance(r, str))
    useless = unusable(words)
    if useless is not None:
        return _unknown(blocklist, subject, question, proven.standing, answer, useless)
    effects = {hit.effect for hit in words.hits}
    if not words.hits:
        status = ListingStatus.UNEXPECTED
    elif Effect.LISTED in effects:
        status = ListingStatus.LISTED
    else:
        status = ListingStatus.ALLOWED if Effect.ALLOWED in effects else ListingStatus.NEUTRAL
    reason = None
    if not words.hits:
        reason = say(
            "it answers {codes}, which its operator does not document", codes=", ".join(words.unexpected[:5])
        )
    return Listing(
        blocklist,
        subject,
        status,
        proven.standing,
        question,
        answer,
        words.hits,
        words.unexpected,
        reason=reason,
    )


def _with_reasons(found: tuple[Listing, ...]) -> Walk[tuple[Listing, ...]]:
    """The listings with the lists' own words beside them, asked for only where something is listed."""
    listed = [one.question for one in found if one.status is ListingStatus.LISTED]
    if not listed:
        return found
    answers = yield from ask(*(dns_question(q.name, "TXT") for q in listed))
    texts = {q: _text(a) for q, a in zip(listed, answers, strict=True)}
    return tuple(
        one._replace(text=texts[one.question]) if one.status is ListingStatus.LISTED else one for one in found
    )


def _text(answer: DnsAnswer) -> str:
    text = printable(" / ".join(answer.texts[:REASONS]))
    return text if len(text) <= REASON_LIMIT else text[:REASON_LIMIT] + " ..."


def _of_weight(domain: str, lists: Any, weight: Weight) -> Walk[tuple[Listing, ...]]:
    chosen = [one for one in lists or () if one.weight is weight]
    if not chosen:
        return ()
    found = yield from blocklist_subjects(domain)
    said = yield from together(*(listings(one, found.subjects, reasons=False) for one in chosen))
    return tuple(listing for one in said for listing in one)


@needs("blocklists")
def major_listings(domain: str, lists: Any) -> Walk[tuple[Listing, ...]]:
    """What the lists say that many receivers refuse mail by."""
    return (yield from _of_weight(domain, lists, Weight.MAJOR))


@needs("blocklists")
def minor_listings(domain: str, lists: Any) -> Walk[tuple[Listing, ...]]:
    """What the lists say that some receivers count."""
    return (yield from _of_weight(domain, lists, Weight.MINOR))


@needs("blocklists")
def informational_listings(domain: str, lists: Any) -> Walk[tuple[Listing, ...]]:
    """What the lists say that hardly any receiver uses."""
    return (yield from _of_weight(domain, lists, Weight.INFORMATIONAL))
