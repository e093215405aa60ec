"""
Whether a list can be believed today: asked for its own test entries before anything else (RFC 5782 section 5).

A list that ended may list the whole world, nothing at all, or belong to somebody who parks domains
(RFC 6471 section 3.3); an operator may refuse the resolver that asks. None of that says anything
about the address in question.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from mailsetup.model.blocklist import Blocklist, KeyNeed, Kind, RefusalCause, TestPoints, Words
from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome, dns_question
from mailsetup.model.message import Message, say
from mailsetup.model.walk import Walk, ask

from .blocklist_names import listed_name

__all__ = ["Proof", "Standing", "Why", "proof", "proof_questions", "silence", "unusable"]


class Standing(StrEnum):
    """How a list stood its test."""

    PROVEN = "proven"  # it lists its test entry, and not the one it must not list
    UNPROVEN = "unproven"  # it has no test entry, and nothing speaks against it
    FAILED = "failed"  # what it says is worth nothing now


class Why(StrEnum):
    """Why nothing is known."""

    NONE = ""
    RESOLVER = "resolver"  # the operator refuses the resolver that asks
    QUOTA = "quota"  # asked too much
    REGISTRATION = "registration"  # it serves registered resolvers only, and gave no sign
    WITHHELD = "withheld"  # it was not asked, for a reason of ours
    WORLD = "world"  # it lists what no list may list
    DEAD = "dead"  # its own test entry is gone
    FOREIGN = "foreign"  # answers outside 127.0.0.0/8
    SILENCE = "silence"  # no usable answer
    OFFLINE = "offline"  # not in the files given, and nobody else was to be asked
    MISUSE = "misuse"  # the operator says that the zone or the question is wrong


class Proof(NamedTuple):
    """How a list stood its test for one kind of question; ``question`` is the one that decided."""

    standing: Standing
    why: Why = Why.NONE
    reason: Message | None = None
    question: DnsQuestion | None = None
    answer: DnsAnswer | None = None


_CAUSES = {
    RefusalCause.RESOLVER: Why.RESOLVER,
    RefusalCause.QUOTA: Why.QUOTA,
    RefusalCause.ZONE: Why.MISUSE,
    RefusalCause.QUESTION: Why.MISUSE,
}


def proof_questions(blocklist: Blocklist, kind: Kind) -> tuple[DnsQuestion, ...]:
    """The questions by which a list proves itself, the entries it must list first."""
    points = blocklist.tests.get(kind, TestPoints((), ()))
    return tuple(
        dns_question(listed_name(p, blocklist, kind), "A") for p in (*points.listed, *points.not_listed)
    )


def proof(blocklist: Blocklist, kind: Kind) -> Walk[Proof]:
    """A list's test, in one round."""
    questions = proof_questions(blocklist, kind)
    if not questions:
        return Proof(Standing.UNPROVEN)
    answers = yield from ask(*questions)
    asked = tuple(zip(questions, answers, strict=True))
    listed = asked[: len(blocklist.tests[kind].listed)]
    return _usable(blocklist, asked) or _judged(blocklist, listed, asked[len(listed) :])


def _usable(blocklist: Blocklist, asked: Iterable[tuple[DnsQuestion, DnsAnswer]]) -> Proof | None:
    """None while no answer is a refusal or from a zone that is no list."""
    for question, answer in asked:
        if answer.found:
            found = unusable(blocklist.read(r for r in answer.records if isinstance(r, str)))
            if found is not None:
                return Proof(Standing.FAILED, *found, question, answer)
    return None


def unusable(words: Words) -> tuple[Why, Message] | None:
    """Why a whole answer says nothing about what was asked for; None if it does."""
    if words.foreign:
        return Why.FOREIGN, say(
            "it answers {address}, which is outside 127.0.0.0/8: the zone is parked, hijacked or was sold",
            address=words.foreign[0],
        )
    for refusal in words.refusals:
        return _CAUSES[refusal.cause], say(
            "the operator did not serve the question: {meaning}", meaning=Message(refusal.meaning)
        )
    return None


def _judged(
    blocklist: Blocklist,
    listed: tuple[tuple[DnsQuestion, DnsAnswer], ...],
    not_listed: tuple[tuple[DnsQuestion, DnsAnswer], ...],
) -> Proof:
    for question, answer in not_listed:
        if answer.found:
            reason = say("it lists its entry for things never listed, so it lists everything")
            return Proof(Standing.FAILED, Why.WORLD, reason, question, answer)
        if answer.unknown:
            served = any(entry.found for _, entry in listed)
            because = silence(answer) if served else _unanswered(blocklist, answer)
            return Proof(Standing.FAILED, *because, question, answer)
    if not listed:
        return Proof(Standing.UNPROVEN)
    for question, answer in listed:
        if answer.found:
            return Proof(Standing.PROVEN, question=question, answer=answer)
    for question, answer in listed:
        if answer.unknown:
            return Proof(Standing.FAILED, *_unanswered(blocklist, answer), question, answer)
    return Proof(Standing.FAILED, *_gone(blocklist), *listed[0])


def _unanswered(blocklist: Blocklist, answer: DnsAnswer) -> tuple[Why, Message]:
    if blocklist.key_need is KeyNeed.REGISTRATION and answer.outcome is not Outcome.UNASKED:
        return _gone(blocklist)
    return silence(answer)


def _gone(blocklist: Blocklist) -> tuple[Why, Message]:
    if blocklist.key_need is KeyNeed.REGISTRATION:
        return Why.REGISTRATION, say(
            "it serves registered resolvers only, and did not answer for its own test entry: register your resolver"
        )
    return Why.DEAD, say(
        "it does not list its own test entry: the list is dead, or this resolver is not served"
    )


def silence(answer: DnsAnswer) -> tuple[Why, Message]:
    """Why an answer that is none says nothing."""
    if answer.outcome is Outcome.UNASKED:
        return Why.OFFLINE, say("it is not in the files given, and nobody else was to be asked")
    if answer.outcome is Outcome.REFUSED:
        return Why.RESOLVER, say("the question was refused (by the list, or by the resolver)")
    if answer.outcome is Outcome.TIMEOUT:
        return Why.SILENCE, say("nobody answered in time")
    return Why.SILENCE, say("the look-up failed ({outcome})", outcome=answer.outcome.value)
