"""Questions asked once each, however many domains ask them; a few at a time, and no more answers kept than wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


class Once(Generic[Q, A]):
    """Promises of answers by question. ``answering`` gets an answer, ``kept`` is how many are remembered."""

    def __init__(self, answering: Callable[[Q], Coroutine[Any, Any, A]], *, kept: int, at_once: int) -> None:
        self._answering, self._kept = answering, kept
        self._answers: dict[Q, asyncio.Task[A]] = {}
        self._room = asyncio.Semaphore(at_once)

    def ask(self, question: Q) -> asyncio.Task[A]:
        """The promise of an answer."""
        task = self._answers.get(question)
        if task is None:
            if len(self._answers) >= self._kept:
                self._forget()
            task = self._answers[question] = asyncio.ensure_future(self._in_turn(question))
        return task

    def _forget(self) -> None:
        """Drops the answers that have come, so that memory stays flat however many domains are asked about."""
        self._answers = {question: task for question, task in self._answers.items() if not task.done()}

    async def _in_turn(self, question: Q) -> A:
        async with self._room:
            return await self._answering(question)

    async def close(self) -> None:
        """Breaks off what is under way."""
        for task in self._answers.values():
            task.cancel()
        await asyncio.gather(*self._answers.values(), return_exceptions=True)
        self._answers.clear()
