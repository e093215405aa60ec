"""Ctrl-C, or a system that ends the run, taken between two reports: what is written is whole, and the rest is named."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")
INSISTS = 3  # times after which whoever asks is obeyed at once, and the file under way is dropped
SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)


class Stopping:
    """
    While it is entered, being asked to stop ends the items of `between`, and nothing else in the middle.

    What waits for an answer is woken; what is being written is finished. ``asked`` is the signal's number
    or 0. A copy of this process (a worker) takes no part: an interrupt is its parent's affair, any other end is its own.
    Signals that were ignored before (``nohup``) stay ignored.
    """

    def __init__(self) -> None:
        self.asked = 0
        self._times = 0
        self._waiting = False
        self._process = os.getpid()
        self._before: dict[int, Any] = {}

    @property
    def exit_code(self) -> int:
        """What a shell expects of a program that a signal ended."""
        return 128 + self.asked

    def __enter__(self) -> Stopping:
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                if signal.getsignal(number) not in (signal.SIG_IGN, None):
                    self._before[number] = signal.signal(number, self._told)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _told(self, number: int, _: FrameType | None) -> None:
        if os.getpid() != self._process:
            if number != signal.SIGINT:
                _end(128 + number)
            return
        self.asked = self.asked or number
        self._times += 1
        if self._waiting or self._times >= INSISTS:
            self._waiting = False
            raise KeyboardInterrupt

    def between(self, items: Callable[[Iterator[T]], Iterator[T]]) -> Callable[[Iterator[T]], Iterator[T]]:
        """The same passing through, until somebody asks to stop."""

        def passing(given: Iterator[T]) -> Iterator[T]:
            source = items(given)
            while not self.asked:
                taken: list[T] = []
                try:
                    self._waiting = True
                    taken.append(next(source))
                    self._waiting = False
                except StopIteration:
                    return
                except KeyboardInterrupt:
                    if not self.asked:
                        raise
                finally:
                    self._waiting = False
                yield from taken

        return passing


def _end(code: int) -> NoReturn:
    os._exit(code)  # in a copy of the process, whose results nobody will read
