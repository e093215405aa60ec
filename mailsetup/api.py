"""The library for programs without an event loop: each call asks, judges and returns."""

from __future__ import annotations

import asyncio
import atexit
import os
import select
import selectors
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from weakref import WeakSet

from mailsetup.model.errors import UsageError
from mailsetup.model.message import say

from . import aio
from .run import library

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 1.0  # seconds between two looks at whether to lead; on Windows nothing else lets Ctrl-C through


class _Table:
    """
    One event loop that the threads of a process share, as they may share a source and its sockets.

    It is run by whichever of them waits; when that one has its result, another goes on. No thread is made, and with
    one thread it is `run_until_complete`.
    """

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector() if hasattr(os, "fork") else None
        self.loop = asyncio.SelectorEventLoop(self._selector) if self._selector else asyncio.new_event_loop()
        self.sources: WeakSet[Any] = WeakSet()
        self._turn = threading.Condition()
        self._led = False

    def wait_for(self, job: Coroutine[Any, Any, T], source: object) -> T:
        """The result of a job of this thread, at whose table others may sit."""
        if source is not None:
            with suppress(TypeError):
                self.sources.add(source)
        result = asyncio.run_coroutine_threadsafe(job, self.loop)
        result.add_done_callback(self._tell)
        try:
            while not result.done():
                if self._may_lead(result):
                    self._lead()
        except BaseException:
            result.cancel()
            raise
        return result.result()

    def _may_lead(self, result: Future[T]) -> bool:
        with self._turn:
            if self._led and not result.done():
                self._turn.wait(PATIENCE)
            may = not self._led and not result.done()
            self._led = self._led or may
            return may

    def _lead(self) -> None:
        """Runs the loop until somebody has a result."""
        try:
            self.loop.run_forever()
        finally:
            with self._turn:
                self._led = False
                self._turn.notify_all()

    def _tell(self, _: object) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)

    def close(self) -> None:
        """Closes the sources that were asked, and the loop: nothing is left open when the program ends."""
        if self._led:
            return  # a thread that outlives the program still waits
        for source in [s for s in self.sources if hasattr(s, "close")]:
            with suppress(Exception):
                self.loop.run_until_complete(source.close())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()

    def leave(self) -> None:
        """Closes the loop in a forked child; what the parent waits for at the same epoll stays registered there."""
        if hasattr(selectors, "EpollSelector") and isinstance(self._selector, selectors.EpollSelector):
            with select.epoll() as own:
                os.dup2(own.fileno(), self._selector.fileno(), inheritable=False)
        with suppress(OSError, RuntimeError):
            self.loop.close()


_tables: list[_Table] = []
_laying = threading.Lock()


def _table() -> _Table:
    """The process's table, laid when first needed."""
    with _laying:
        if not _tables:
            _tables.append(_Table())
            atexit.register(_clear)
        return _tables[0]


def _clear() -> None:
    while _tables:
        _tables.pop().close()


def _in_child() -> None:
    """A forked child lays a table of its own: at its parent's it would take the answers away."""
    global _laying
    _laying = threading.Lock()
    while _tables:
        _tables.pop().leave()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)


def _plain(function: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        _must_not_run_inside_a_loop(function.__name__)
        return _table().wait_for(function(*args, **kwargs), kwargs.get("source"))

    return call


def _must_not_run_inside_a_loop(name: str) -> None:
    """Whoever already runs an event loop, as every Jupyter notebook does, is told to await the coroutine."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise UsageError(
        say(
            "mailsetup.{name} cannot be called while an event loop runs, as in Jupyter;"
            " write: await mailsetup.aio.{name}(...), with the same arguments",
            name=name,
        )
    )


audit = _plain(library.audit)
build_kit = _plain(library.build_kit)
check_host = _plain(library.check_host)
detect = _plain(library.detect)
plan = _plain(library.plan)
verify = _plain(library.verify)

if TYPE_CHECKING:
    from .run import blocklists as _blocklists
    from .run import message as _message

    blocklists = _plain(_blocklists.blocklists)
    verify_message = _plain(_message.verify_message)

__all__ = ["audit", "blocklists", "build_kit", "check_host", "detect", "plan", "verify", "verify_message"]


def __getattr__(name: str) -> Any:
    if name not in aio.LATER:
        raise AttributeError(f"module 'mailsetup.api' has no attribute {name!r}")
    return _plain(getattr(aio, name))
