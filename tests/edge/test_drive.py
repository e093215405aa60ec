"""Walks driven on a source end where replaying them ends, and ask nothing twice."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from mailsetup.edge.drive import Collected, collect, drive
from mailsetup.edge.overlay import Overlay
from mailsetup.edge.source import Pending, unasked
from mailsetup.model.dns import MX, Answer, DnsAnswer, DnsQuestion, Outcome, Question
from mailsetup.model.walk import Walk, ask, ask_one, asked_in, replay_with_log, together


class Slow:
    """A source that knows some names at once and others a moment later, in the order asked for."""

    description = "slow"

    def __init__(self, at_once: Iterable[str] = ()) -> None:
        self.at_once = set(at_once)
        self.asked: list[Question] = []

    def ask(self, question: Question) -> Pending:
        self.asked.append(question)
        assert isinstance(question, DnsQuestion)
        answer = DnsAnswer(Outcome.FOUND, (f"to-{question.name}",), ttl=1)
        if question.name in self.at_once:
            return answer
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        loop.call_later(0.001, lambda: future.done() or future.set_result(answer))
        return future

    async def close(self) -> None:
        pass


def chain(name: str, steps: int) -> Walk[tuple[str, ...]]:
    """Follows what each answer says."""
    seen = [name]
    for _ in range(steps):
        answer = yield from ask_one(seen[-1], "CNAME")
        seen.append(str(answer.records[0]))
    return tuple(seen)


def broken(name: str) -> Walk[None]:
    yield from ask_one(name, "A")
    raise ZeroDivisionError(name)


def nothing() -> Walk[int]:
    return 7
    yield ()


def collected(walks: dict[Any, Walk[Any]], source: Slow) -> Collected:
    return asyncio.run(collect(walks, source))


def test_facts_and_logs_are_those_of_a_replay() -> None:
    walks = {
        "a": (chain, "a", 3),
        "b": (chain, "b", 1),
        "both": (lambda: together(chain("a", 2), chain("c", 2)),),
    }
    made = {key: made[0](*made[1:]) for key, made in walks.items()}
    result = collected(made, Slow(at_once={"b", "to-a"}))

    again = {key: replay_with_log(made[0](*made[1:]), result.answers) for key, made in walks.items()}
    assert again == {key: (fact, asked_in(rounds)) for key, (fact, rounds) in result.results.items()}
    assert {} == result.faults


def test_no_question_is_asked_twice() -> None:
    source = Slow()
    collected({i: chain("a", 3) for i in range(20)}, source)

    assert len(source.asked) == len(set(source.asked)) == 3


def test_a_question_twice_in_one_batch_is_asked_once() -> None:
    source = Slow()
    question = DnsQuestion("a", "A")
    result = collected({1: ask(question, question)}, source)

    assert [question] == source.asked
    assert (question,) == asked_in(result.results[1][1])


def test_a_walk_that_raises_spoils_only_itself() -> None:
    result = collected({"bad": broken("a"), "good": chain("a", 2)}, Slow())

    assert ["good"] == list(result.results)
    assert "ZeroDivisionError('a')" == repr(result.faults["bad"])


def test_a_source_that_raises_is_a_fault_of_the_walks_that_asked() -> None:
    class Raising(Slow):
        def ask(self, question: Question) -> Pending:
            if getattr(question, "name", "") == "bad":
                future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
                asyncio.get_running_loop().call_soon(future.set_exception, KeyError("bad"))
                return future
            return super().ask(question)

    result = collected({"bad": chain("bad", 2), "good": chain("a", 2)}, Raising())

    assert (["good"], ["bad"]) == (list(result.results), list(result.faults))


def test_a_walk_that_asks_nothing_ends_at_once() -> None:
    assert (7, []) == collected({0: nothing()}, Slow()).results[0]
    assert 7 == asyncio.run(drive(nothing(), Slow()))


def test_known_answers_are_not_asked_for() -> None:
    source = Slow()
    known: dict[Question, Answer] = {DnsQuestion("a", "MX"): DnsAnswer(Outcome.FOUND, (MX(1, "m"),))}
    answer = asyncio.run(drive(ask_one("a", "MX"), source, known))

    assert ((MX(1, "m"),), []) == (answer.records, source.asked)


async def never() -> Answer:
    return DnsAnswer(Outcome.NO_DATA)


def in_another_thread() -> concurrent.futures.Future[Answer]:
    return concurrent.futures.Future()


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (lambda: None, "NoneType"),
        (never, "coroutine"),
        (in_another_thread, r"concurrent\.futures\._base\.Future"),
        (list, "list"),
    ],
)
@pytest.mark.parametrize("through", [lambda source: source, lambda source: Overlay(Nothing(), source)])
def test_a_source_that_gives_no_answer_is_refused_in_words(
    given: Callable[[], object], kind: str, through: Callable[[Any], Any]
) -> None:
    """
    As one whose ``ask`` is a coroutine: nobody waits for what cannot come, also who asked the same.
    """

    class NoSource(Slow):
        def ask(self, question: Question) -> Pending:
            return given()  # type: ignore[return-value]

    walks = {"one": chain("a", 1), "other": chain("a", 1)}
    with pytest.raises(TypeError, match=f"ask gave {kind}; an answer or an asyncio future is wanted"):
        asyncio.run(asyncio.wait_for(collect(walks, through(NoSource())), 10))


class Nothing(Slow):
    """A source that holds nothing, and lets others be asked."""

    def ask(self, question: Question) -> Pending:
        return unasked(question)


def test_drive_raises_what_its_walk_raises() -> None:
    with pytest.raises(ZeroDivisionError):
        asyncio.run(drive(broken("a"), Slow()))


def test_whoever_stops_waiting_leaves_nothing_behind() -> None:
    async def run() -> int:
        source = Slow()
        task = asyncio.get_running_loop().create_task(collect({1: chain("a", 50)}, source))
        await asyncio.sleep(0.005)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        asked = len(source.asked)
        await asyncio.sleep(0.01)
        return len(source.asked) - asked

    assert 0 == asyncio.run(run())
