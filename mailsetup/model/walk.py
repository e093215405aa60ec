"""
The walk protocol: data-dependent reading without I/O.

A walk is a generator. It yields a batch of questions, receives their answers, and in the
end returns a typed fact. Written once, it is used twice: collected live (`edge.drive`) and
replayed on a snapshot (`replay`), so that traversal and interpretation never drift apart.

Laws of a walk: a function of its arguments and answers only (no clock, no set order, no
global); bounded by a named constant with its citation; it asks in the fewest rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from itertools import chain
from typing import Any, Protocol, TypeAlias, TypeVar, cast

from .dns import UNASKED, Answer, DnsAnswer, DnsQuestion, Question, dns_question

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Batch: TypeAlias = "tuple[Question, ...]"
Answers: TypeAlias = "Mapping[Question, Answer]"
Walk: TypeAlias = Generator[Batch, Answers, T]
"""A walk towards a fact of type T."""


def ask(*questions: DnsQuestion) -> Walk[tuple[DnsAnswer, ...]]:
    """The answers to some DNS questions, in their order, in one round."""
    answers: Mapping[Any, Any] = yield questions  # `cast` is a call, and this runs for every question
    return tuple([answers[q] for q in questions])


def ask_one(name: str, rdtype: str) -> Walk[DnsAnswer]:
    """The answer to one DNS question."""
    question = dns_question(name, rdtype)
    answers: Mapping[Any, Any] = yield (question,)
    answer: DnsAnswer = answers[question]
    return answer


def replay(walk: Walk[T], answers: Answers) -> T:
    """A walk's fact from answers already there; a question nobody answered is `UNASKED`."""
    try:
        batch = next(walk)
        while True:
            batch = walk.send(_known(batch, answers))
    except StopIteration as end:
        return cast(T, end.value)


def _known(batch: Batch, answers: Answers) -> Answers:
    for question in batch:
        if question not in answers:
            return {q: answers.get(q, UNASKED) for q in batch}
    return answers


def replay_with_log(walk: Walk[T], answers: Answers) -> tuple[T, tuple[Question, ...]]:
    """A walk's fact and the questions it rests on, in the order they were asked."""
    asked: dict[Question, None] = {}
    try:
        batch = next(walk)
        while True:
            for question in batch:
                asked[question] = None
            batch = walk.send(_known(batch, answers))
    except StopIteration as end:
        return cast(T, end.value), tuple(asked)


def asked_in(rounds: Iterable[Batch]) -> tuple[Question, ...]:
    """The questions of some rounds, each once, in the order asked."""
    return tuple(dict.fromkeys(chain.from_iterable(rounds)))


def together(*walks: Walk[Any]) -> Walk[tuple[Any, ...]]:
    """Walks side by side, inside one walk: each round asks the union of what they want."""
    results: list[Any] = [None] * len(walks)
    waiting: dict[int, Batch] = {}
    for i, walk in enumerate(walks):
        _advance(i, walk, None, waiting, results)
    while waiting:
        answers = yield tuple(dict.fromkeys(q for batch in waiting.values() for q in batch))
        for i in list(waiting):
            del waiting[i]
            _advance(i, walks[i], answers, waiting, results)
    return tuple(results)


def _advance(
    i: int, walk: Walk[Any], answers: Answers | None, waiting: dict[int, Batch], results: list[Any]
) -> None:
    try:
        waiting[i] = next(walk) if answers is None else walk.send(answers)
    except StopIteration as end:
        results[i] = end.value


Lookup: TypeAlias = Callable[[DnsQuestion], DnsAnswer]


def until_answered(call: Callable[[Lookup], T], missing: DnsAnswer = UNASKED) -> Walk[T]:
    """
    Borrowed synchronous code as a walk: it is run again until it asks nothing new.

    A question not yet answered is noted and answered with ``missing``, never by an exception, since
    borrowed code may swallow any; its result counts only once nothing was missing.
    """
    seen: dict[Question, Answer] = {}
    while True:
        missed: dict[Question, None] = {}

        def lookup(question: DnsQuestion, missed: dict[Question, None] = missed) -> DnsAnswer:
            known = seen.get(question)
            if known is None:
                missed[question] = None
                return missing
            return cast(DnsAnswer, known)

        result = call(lookup)
        if not missed:
            return result
        answers = yield tuple(missed)
        for question in missed:
            seen[question] = answers[question]


class WalkFunction(Protocol[T_co]):
    """
    What a check names in ``reads``: called as ``walk(domain, *needs)``.

    `needs` says which fields of `Scope` it takes after the domain.
    """

    __name__: str

    def __call__(self, domain: str, /, *args: Any) -> Generator[Batch, Answers, T_co]: ...


F = TypeVar("F", bound=Callable[..., Any])

_NEEDS: dict[Callable[..., Any], tuple[str, ...]] = {}  # a compiled function has no attributes of its own


def needs(*fields: str) -> Callable[[F], F]:
    """Declares which fields of `Scope` a walk takes after the domain."""

    def mark(function: F) -> F:
        _NEEDS[function] = fields
        return function

    return mark


def needed_by(walk: Callable[..., Any]) -> tuple[str, ...]:
    """The fields of `Scope` that a walk takes after the domain."""
    return _NEEDS.get(walk, ())


def dns(names: Iterable[str], rdtype: str) -> Batch:
    """A batch of questions of one type."""
    return tuple(dns_question(name, rdtype) for name in names)
