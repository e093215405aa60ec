"""The library for programs without an event loop: each call asks, judges and returns."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from mailsetup.model.errors import UsageError
from mailsetup.model.message import say

from . import aio
from .run import library

P = ParamSpec("P")
T = TypeVar("T")

_local = threading.local()


def _loop() -> asyncio.AbstractEventLoop:
    """This thread's own loop, kept so that a source's sockets and cache serve many calls."""
    loop: asyncio.AbstractEventLoop | None = getattr(_local, "loop", None)
    if loop is None or loop.is_closed():
        loop = _local.loop = asyncio.new_event_loop()
    return loop


def _plain(function: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        _must_not_run_inside_a_loop(function.__name__)
        return _loop().run_until_complete(function(*args, **kwargs))

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
