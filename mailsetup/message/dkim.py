"""DKIM verified anew: every signature of a message with its result (RFC 6376 section 6, RFC 8301, RFC 8463)."""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.model.dns import DnsAnswer, DnsQuestion
from mailsetup.model.finding import Evidence
from mailsetup.model.message import Message, say
from mailsetup.model.walk import Walk, ask

from .canonical import Bodies, signed_header
from .dkimpy_says import Budget, Opinion, dkimpy_says
from .fields import RawMessage
from .keys import MAIL, TLS_REPORTS, Trial, tried
from .signature import Problem, Signature, read_signature

SIGNATURE_LIMIT = 100  # signatures verified; RFC 6376 section 8.4 asks for a bound
CLOCK_LEEWAY = 3600  # seconds a signer's clock may run ahead
NOT_ASKED = Opinion()


class DkimResult(NamedTuple):
    """
    One signature's result.

    ``result`` is the word of RFC 8601 section 2.7.1: pass, fail, permerror or temperror; ``code`` and ``reason``
    say why it is not pass. ``bits`` is the key's size, 0 while no key is known; ``body_size`` that of the whole
    canonical body, to compare with ``l=``. ``key`` is the question for the key with its answer. ``second`` is
    what dkimpy says of every signature that got as far as cryptography.
    """

    result: str
    signature: Signature
    code: str = ""
    reason: Message | None = None
    bits: int = 0
    testing: bool = False
    several_keys: bool = False
    body_size: int = 0
    key: Evidence | None = None
    second: Opinion = NOT_ASKED

    @property
    def domain(self) -> str:
        """The domain that signs (``d=``)."""
        return self.signature.domain

    @property
    def selector(self) -> str:
        """Which of its keys (``s=``)."""
        return self.signature.selector

    @property
    def passed(self) -> bool:
        """Whether the signature holds."""
        return self.result == "pass"

    @property
    def disputed(self) -> bool:
        """Whether dkimpy has an answer, and it is another one."""
        return bool(self.second.word) and (self.second.word == "pass") != self.passed


def dkim_results(message: RawMessage, at: int, bodies: Bodies | None = None) -> Walk[tuple[DkimResult, ...]]:
    """
    The result of each DKIM-Signature, top first, at a time in seconds since 1970; all keys in one round.

    Signatures after the first `SIGNATURE_LIMIT` are not looked at.
    """
    bodies = bodies or Bodies(message.body)
    signatures = [read_signature(field, "dkim") for field in message.all("dkim-signature")[:SIGNATURE_LIMIT]]
    signatures = [_in_time(signature, at) for signature in signatures]
    names = dict.fromkeys(s.key_name for s in signatures if s.problem is None)
    questions = [DnsQuestion(name.lower(), "TXT") for name in names]
    answers = dict(zip(questions, (yield from ask(*questions)), strict=True)) if questions else {}
    budget = Budget(message)
    return tuple(_result(message, bodies, signature, answers, budget) for signature in signatures)


def _in_time(signature: Signature, at: int) -> Signature:
    """RFC 6376 section 3.5: ``x=`` in the past ends a signature, ``t=`` in the future may."""
    if signature.problem is not None:
        return signature
    if signature.expires is not None and at > signature.expires:
        text = say("the signature ended {ago} seconds before (x=)", ago=at - signature.expires)
        return signature._replace(problem=Problem("DKIM_SIG_EXPIRED", text))
    if signature.signed_at is not None and signature.signed_at > at + CLOCK_LEEWAY:
        text = say("it says that it was signed {ahead} seconds later (t=)", ahead=signature.signed_at - at)
        return signature._replace(problem=Problem("DKIM_SIG_FUTURE", text))
    return signature


def _result(
    message: RawMessage,
    bodies: Bodies,
    signature: Signature,
    answers: dict[DnsQuestion, DnsAnswer],
    budget: Budget,
) -> DkimResult:
    if signature.problem is not None:
        return _refused(signature, signature.problem)
    question = DnsQuestion(signature.key_name.lower(), "TXT")
    answer = answers[question]
    size = bodies.size(signature.body_method)
    signed = signed_header(message, signature.signed, signature.field, signature.header_method)
    services = TLS_REPORTS if message.first("tls-report-domain") else MAIL
    trial = tried(signature, answer, signed, services)
    problem = trial.problem
    if problem is None or problem.result == "fail":
        problem = body_problem(signature, bodies) or problem
    return DkimResult(
        problem.result if problem else "pass",
        signature,
        problem.code if problem else "",
        problem.text if problem else None,
        trial.key.bits if trial.key else 0,
        trial.key.testing if trial.key else False,
        trial.several,
        size,
        Evidence(question, answer),
        _second(budget, signature, trial, services),
    )


def _second(budget: Budget, signature: Signature, trial: Trial, services: frozenset[str]) -> Opinion:
    """dkimpy's word where it comes to cryptography; what tags, times and key records decide is decided here."""
    if trial.key is None or (trial.problem is not None and trial.problem.result != "fail"):
        return NOT_ASKED
    report = services is TLS_REPORTS
    return dkimpy_says(budget, signature, trial.record, trial.key.public_key, tls_report=report)


def _refused(signature: Signature, problem: Problem) -> DkimResult:
    return DkimResult(problem.result, signature, problem.code, problem.text)


def body_problem(signature: Signature, bodies: Bodies) -> Problem | None:
    """What is wrong with the body hash (RFC 6376 section 6.1.3)."""
    if signature.length is not None and signature.length > bodies.size(signature.body_method):
        text = say(
            "l= covers {length} octets, and the body has only {size}",
            length=signature.length,
            size=bodies.size(signature.body_method),
        )
        return Problem("DKIM_SIG_L_TAG", text, "fail")
    if bodies.sha256(signature.body_method, signature.length) != signature.body_hash:
        return Problem("DKIM_SIG_BROKEN", say("the body was changed after signing"), "fail")
    return None
