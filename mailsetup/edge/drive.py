"""
Walks made to walk: their questions go to a source, their answers come back, no task in between.

All walks of one domain advance side by side, each as soon as its own batch is complete, and a
question is asked once however many of them want it. What each walk found, and which questions it
rests on, is kept, so that judging replays nothing (`Case.facts`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar, cast

from mailsetup.model.dns import Answer, Question
from mailsetup.model.walk import Batch, Walk

from .source import NoPromise, Source, promised

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


class Collected(NamedTuple):
    """
    What the walks of one domain brought.

    ``results``: for each key the walk's fact and the rounds of questions it rests on.
    ``answers``: every answer. ``faults``: walks that raised, which is our fault, never the network's.
    """

    results: dict[Any, tuple[Any, Sequence[Batch]]]
    answers: dict[Question, Answer]
    faults: dict[Any, Exception]


async def collect(
    walks: Mapping[K, Walk[Any]], source: Source, answers: dict[Question, Answer] | None = None
) -> Collected:
    """Drives all walks to their ends; ``answers`` are those already known, and grow. Raises `NoPromise`."""
    run = _Run(source, {} if answers is None else answers)
    for key, walk in walks.items():
        run.start(key, walk)
    if run.walking:
        run.done = asyncio.get_running_loop().create_future()
        try:
            await run.done
        finally:
            run.stop()
    for fault in run.faults.values():
        if isinstance(fault, NoPromise):  # the source's, whatever was asked
            raise fault
    return Collected(run.results, run.answers, run.faults)


async def drive(walk: Walk[T], source: Source, answers: dict[Question, Answer] | None = None) -> T:
    """One walk's fact; raises what the walk raises."""
    collected = await collect({None: walk}, source, answers)
    for fault in collected.faults.values():
        raise fault
    return cast(T, collected.results[None][0])


class _Walker:
    """One walk under way: what it has asked, how many answers of its batch are missing."""

    __slots__ = ("asked", "ended", "key", "missing", "walk")

    def __init__(self, key: Any, walk: Walk[Any]) -> None:
        self.key = key
        self.walk = walk
        self.asked: list[Batch] = []
        self.missing = 0
        self.ended = False


class _Run:
    """All walks of one domain and the answers they share."""

    __slots__ = (
        "answers",
        "done",
        "faults",
        "pending",
        "results",
        "source",
        "stopped",
        "tell",
        "walkers",
        "walking",
    )

    def __init__(self, source: Source, answers: dict[Question, Answer]) -> None:
        self.source = source
        self.tell = getattr(source, "tell", None)  # answers without futures, where a source can do it
        self.answers = answers
        self.results: dict[Any, tuple[Any, Sequence[Batch]]] = {}
        self.faults: dict[Any, Exception] = {}
        self.pending: dict[Question, list[_Walker]] = {}
        self.walkers: list[_Walker] = []
        self.walking = 0  # of the walkers
        self.done: asyncio.Future[None] | None = None
        self.stopped = False

    def start(self, key: Any, walk: Walk[Any]) -> None:
        walker = _Walker(key, walk)
        self.walkers.append(walker)
        self.walking += 1
        self.advance(walker, None)

    def advance(self, walker: _Walker, answers: dict[Question, Answer] | None) -> None:
        """Resumes a walk until it waits for an answer or ends."""
        known = self.answers
        send: Any = walker.walk.send
        try:
            while True:
                batch = send(answers)
                walker.asked.append(batch)
                missing = 0
                for question in batch:
                    if question not in known and self.ask(question, walker):
                        missing += 1
                if missing:
                    walker.missing = missing
                    return
                answers = known
        except StopIteration as end:
            self.results[walker.key] = (end.value, walker.asked)
        except Exception as fault:
            self.faults[walker.key] = fault
        walker.ended = True
        self.walking -= 1

    def ask(self, question: Question, walker: _Walker) -> bool:
        """Whether the answer is still to come."""
        waiting = self.pending.get(question)
        if waiting is not None:
            waiting.append(walker)
            return True
        if self.tell is not None:
            pending: Any = self.tell(question, self.receive)
            if pending is None:
                self.pending[question] = [walker]
                return True
        else:
            pending = self.source.ask(question)
        if isinstance(pending, tuple):
            answer: Any = pending  # an answer is a tuple, a promise is none
            self.answers[question] = answer
            return False
        promised(pending).add_done_callback(_Receiver(self, question))  # raises before anybody waits for it
        self.pending[question] = [walker]
        return True

    def receive(self, question: Question, answer: Answer) -> None:
        """An answer came: every walk whose batch it completes goes on."""
        if self.stopped:
            return
        self.answers[question] = answer
        for walker in self.pending.pop(question):
            walker.missing -= 1
            if walker.missing == 0 and not walker.ended:
                self.advance(walker, self.answers)
        if not self.walking:
            self.end()

    def end(self) -> None:
        """Wakes whoever waits for the last walk."""
        if not self.walking and self.done is not None and not self.done.done():
            self.done.set_result(None)

    def fail(self, question: Question, fault: BaseException) -> None:
        """A source that raises is as much our fault as a walk that does."""
        ours = fault if isinstance(fault, Exception) else RuntimeError("the source was closed")
        for walker in self.pending.pop(question):
            if not walker.ended:
                walker.ended = True
                self.walking -= 1
                self.faults[walker.key] = ours
                walker.walk.close()
        self.end()

    def stop(self) -> None:
        """Nobody waits any more: answers still to come are dropped."""
        self.stopped = True
        for walker in self.walkers:
            if not walker.ended:
                walker.ended = True
                walker.walk.close()
        self.walking = 0


class _Receiver:
    """What a future calls; an object is cheaper here than a closure and as small as can be."""

    __slots__ = ("question", "run")

    def __init__(self, run: _Run, question: Question) -> None:
        self.run = run
        self.question = question

    def __call__(self, future: asyncio.Future[Answer]) -> None:
        try:
            answer = future.result()
        except (Exception, asyncio.CancelledError) as fault:
            if not self.run.stopped:
                self.run.fail(self.question, fault)
        else:
            self.run.receive(self.question, answer)
