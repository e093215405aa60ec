"""Questions asked once each, however many domains and processes ask them; a few at a time, few answers kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from .neighbours import Neighbours

Q = TypeVar("Q")
A = TypeVar("A")


class Once(Generic[Q, A]):
    """
    Promises of answers by question.

    ``answering`` gets an answer, ``kept`` is how many are remembered, ``neighbours`` are other processes that may have
    asked already.
    """

    def __init__(
        self,
        answering: Callable[[Q], Coroutine[Any, Any, A]],
        *,
        kept: int,
        at_once: int,
        neighbours: Neighbours | None = None,
    ) -> None:
        self._answering, self._kept = answering, kept
        self._neighbours = neighbours
        self._answers: dict[Q, asyncio.Task[A]] = {}
        self._room = asyncio.Semaphore(at_once)
        self._elsewhere: dict[Q, tuple[int, asyncio.Future[A | None]]] = {}  # which process asks

    def ask(self, question: Q) -> asyncio.Task[A]:
        """The promise of an answer."""
        return self._answers.get(question) or self._begun(question, self._shared(question))

    def _begun(self, question: Q, work: Coroutine[Any, Any, A]) -> asyncio.Task[A]:
        if len(self._answers) >= self._kept:  # memory stays flat however many domains are asked about
            self.forget()
        task = self._answers[question] = asyncio.ensure_future(work)
        return task

    async def _shared(self, question: Q) -> A:
        if self._neighbours is not None:
            other = self._neighbours.holder(repr(question))
            if other:
                told = await self._told(question, other)
                if told is not None:
                    return told
        return await self._in_turn(question)

    async def _in_turn(self, question: Q) -> A:
        async with self._room:
            return await self._answering(question)

    def forget(self) -> None:
        """Drops every answer that has come, so that the world is asked afresh."""
        self._answers = {question: task for question, task in self._answers.items() if not task.done()}

    async def close(self) -> None:
        """Breaks off what is under way."""
        for task in self._answers.values():
            task.cancel()
        await asyncio.gather(*self._answers.values(), return_exceptions=True)
        self._answers.clear()

    # -- other processes of the run --------------------------------------------------------------

    async def _told(self, question: Q, other: int) -> A | None:
        """What another process says; None if it will say nothing."""
        assert self._neighbours is not None
        promise: asyncio.Future[A | None] = asyncio.get_running_loop().create_future()
        self._elsewhere[question] = other, promise
        self._neighbours.ask(other, question, self)
        try:
            return await promise
        finally:
            del self._elsewhere[question]

    def heard(self, question: Q, answer: A | None, left: float = -1.0) -> None:
        """A neighbour's answer."""
        _, promise = self._elsewhere.get(question, (0, None))
        if promise is not None and not promise.done():
            promise.set_result(answer)

    def lost(self, other: int) -> None:
        """A neighbour is gone."""
        for question, (number, _) in list(self._elsewhere.items()):
            if number == other:
                self.heard(question, None)

    def asked(self, question: Q, other: int, depth: int = 0) -> None:
        """A neighbour wants an answer."""
        self.heard(question, None)  # should each think that the other asks
        task = self._answers.get(question) or self._begun(question, self._in_turn(question))

        def tell(done: asyncio.Task[A]) -> None:
            if self._neighbours is not None and not done.cancelled():
                self._neighbours.tell(other, question, None if done.exception() else done.result())

        task.add_done_callback(tell)
