"""ARC verified anew: the chain of sets, the newest message signature and every seal (RFC 8617 section 5.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from mailsetup.model.dns import DnsAnswer, DnsQuestion
from mailsetup.model.finding import Evidence
from mailsetup.model.message import Message, say
from mailsetup.model.walk import Walk, ask

from .canonical import RELAXED, Bodies, canonical_field, signed_header, without_signature
from .dkim import body_problem
from .fields import Field, RawMessage
from .keys import tried
from .signature import Problem, Signature, read_signature

INSTANCE_LIMIT = 50  # RFC 8617 section 4.2.1

_AAR_INSTANCE = re.compile(r"i\s*=\s*([0-9]{1,3})\s*;")


class ArcSet(NamedTuple):
    """One hop's three fields; ``results`` is the text that the hop claims after its instance."""

    instance: int
    results: Field
    message: Signature
    seal: Signature


class ArcResult(NamedTuple):
    """
    The chain's result: none, pass, fail, or temperror while a key could not be asked for.

    ``instance`` is the set at which it broke, 0 for the chain as a whole. ``terminated`` says that a hop before
    had already written ``cv=fail``. ``oldest_pass`` is the lowest instance from which on the message is
    unchanged, 0 when all are (RFC 8617 section 5.2). ``keys`` are the questions with their answers.
    """

    result: str
    code: str = ""
    reason: Message | None = None
    instance: int = 0
    sets: tuple[ArcSet, ...] = ()
    terminated: bool = False
    oldest_pass: int = 0
    keys: tuple[Evidence, ...] = ()


class _Broken(Exception):
    def __init__(self, instance: int, problem: Problem) -> None:
        self.instance = instance
        self.problem = problem


def _broken(at: int, code: str, template: str, **values: object) -> _Broken:
    return _Broken(at, Problem(code, say(template, **values), "fail"))


def arc_result(message: RawMessage, bodies: Bodies | None = None) -> Walk[ArcResult]:
    """The validation of the chain; all keys are asked for in one round."""
    names = ("arc-seal", "arc-message-signature", "arc-authentication-results")
    if not any(message.first(name) for name in names):
        return ArcResult("none")
    try:
        sets = _sets(message)
    except _Broken as end:
        return ArcResult(end.problem.result, end.problem.code, end.problem.text, end.instance)
    if sets[-1].seal.cv == "fail":
        text = say("the chain was already broken when {domain} sealed it", domain=sets[-1].seal.domain)
        return ArcResult("fail", "ARC_CV", text, sets[-1].instance, sets, terminated=True)
    questions = list(
        dict.fromkeys(DnsQuestion(s.key_name.lower(), "TXT") for one in sets for s in (one.seal, one.message))
    )
    answers = dict(zip(questions, (yield from ask(*questions)), strict=True))
    keys = tuple(Evidence(question, answer) for question, answer in answers.items())
    return _validated(message, bodies or Bodies(message.body), sets, answers)._replace(keys=keys)


def _sets(message: RawMessage) -> tuple[ArcSet, ...]:
    """The sets in order; raises when the structure is broken (section 5.2, step 3)."""
    seals = _by_instance(_read(message, "arc-seal", "seal"), "ARC-Seal")
    signatures = _by_instance(_read(message, "arc-message-signature", "ams"), "ARC-Message-Signature")
    results = _by_instance(_claims(message), "ARC-Authentication-Results")
    highest = max((*seals, *signatures, *results), default=0)
    sets = []
    for instance in range(1, highest + 1):
        for found, name in (
            (seals, "ARC-Seal"),
            (signatures, "ARC-Message-Signature"),
            (results, "ARC-Authentication-Results"),
        ):
            if instance not in found:
                raise _broken(
                    instance, "ARC_SET_COMPLETE", "set {instance} has no {name}", instance=instance, name=name
                )
        one = ArcSet(instance, results[instance], signatures[instance], seals[instance])
        expected = "none" if instance == 1 else "pass"
        if one.seal.cv != expected and not (one.seal.cv == "fail" and instance == highest):
            raise _broken(
                instance,
                "ARC_CV",
                "the seal of set {instance} says cv={cv}, where it must be {expected}",
                instance=instance,
                cv=one.seal.cv,
                expected=expected,
            )
        sets.append(one)
    return tuple(sets)


def _read(message: RawMessage, name: str, kind: str) -> Iterator[tuple[int, Signature]]:
    for field in message.all(name)[: 2 * INSTANCE_LIMIT]:
        signature = read_signature(field, kind)
        problem = signature.problem
        if problem is None and kind == "ams" and "arc-seal" in signature.signed:
            problem = Problem(
                "ARC_SET_COMPLETE", say("the message signature covers ARC-Seal, which it must not")
            )
        if problem is not None:
            raise _Broken(signature.instance, problem._replace(result="fail"))
        yield signature.instance, signature


def _claims(message: RawMessage) -> Iterator[tuple[int, Field]]:
    for field in message.all("arc-authentication-results")[: 2 * INSTANCE_LIMIT]:
        match = _AAR_INSTANCE.match(field.text)
        instance = int(match[1]) if match else 0
        if not 1 <= instance <= INSTANCE_LIMIT:
            raise _broken(
                0, "ARC_INSTANCE_RANGE", "an ARC-Authentication-Results does not begin with i= from 1 to 50"
            )
        yield instance, field


def _by_instance(found: Iterator[tuple[int, Any]], name: str) -> dict[int, Any]:
    sets: dict[int, Any] = {}
    for instance, thing in found:
        if instance in sets:
            raise _broken(
                instance,
                "ARC_SET_COMPLETE",
                "set {instance} has more than one {name}",
                instance=instance,
                name=name,
            )
        sets[instance] = thing
    return sets


def _validated(
    message: RawMessage, bodies: Bodies, sets: tuple[ArcSet, ...], answers: dict[DnsQuestion, DnsAnswer]
) -> ArcResult:
    newest = sets[-1]
    problem = _message_problem(message, bodies, newest.message, answers)
    if problem is not None:
        return _ended(problem, newest.instance, sets)
    for one in reversed(sets):
        problem = _trial(one.seal, _sealed(sets[: one.instance]), answers)
        if problem is not None:
            return _ended(problem, one.instance, sets)
    return ArcResult("pass", sets=sets, oldest_pass=_oldest_pass(message, bodies, sets, answers))


def _ended(problem: Problem, instance: int, sets: tuple[ArcSet, ...]) -> ArcResult:
    result = "temperror" if problem.result == "temperror" else "fail"
    return ArcResult(result, problem.code, problem.text, instance, sets)


def _oldest_pass(
    message: RawMessage, bodies: Bodies, sets: tuple[ArcSet, ...], answers: dict[DnsQuestion, DnsAnswer]
) -> int:
    for one in reversed(sets[:-1]):
        if _message_problem(message, bodies, one.message, answers) is not None:
            return one.instance + 1
    return 0


def _message_problem(
    message: RawMessage, bodies: Bodies, signature: Signature, answers: dict[DnsQuestion, DnsAnswer]
) -> Problem | None:
    signed = signed_header(message, signature.signed, signature.field, signature.header_method)
    return _trial(signature, signed, answers) or body_problem(signature, bodies)


def _trial(signature: Signature, signed: bytes, answers: dict[DnsQuestion, DnsAnswer]) -> Problem | None:
    return tried(signature, answers[DnsQuestion(signature.key_name.lower(), "TXT")], signed).problem


def _sealed(sets: tuple[ArcSet, ...]) -> bytes:
    """What the last set's seal signs: every set in order, relaxed, its own ``b=`` empty (section 5.1.1)."""
    parts = []
    for one in sets:
        parts += [one.results, one.message.field, one.seal.field]
    parts[-1] = without_signature(parts[-1])
    return b"".join(canonical_field(field, RELAXED) for field in parts)[:-2]
