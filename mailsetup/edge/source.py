"""Where answers come from: the one protocol every source keeps, and how answers are joined."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

from mailsetup.model.dns import (
    UNASKED,
    Answer,
    DnsAnswer,
    DnsQuestion,
    DnssecAnswer,
    DnssecQuestion,
    Outcome,
    Question,
    SmtpAnswer,
    WebAnswer,
    WebQuestion,
)
from mailsetup.model.message import phrase

if TYPE_CHECKING:
    import asyncio

CHAIN_LIMIT = 16  # aliases followed before a chain counts as a loop; BIND and Unbound stop at 11 to 16

Pending: TypeAlias = "asyncio.Future[Answer] | Answer"
"""An answer, or the promise of one."""


class Source(Protocol):
    """
    Somebody who can be asked.

    ``ask`` answers at once when the answer is known, else returns a future; it raises nothing
    about the network: every failure is an answer's outcome. A future is asyncio's, of the loop that runs; anything else is
    refused as `NoPromise` (`asyncio.wrap_future` makes one of what an executor gives). An answer whose outcome is
    `UNASKED` means "not mine": with ``server`` set it means that nobody else should be asked
    either, with ``aliases`` set that the chain leads to a name which is not mine.
    """

    @property
    def description(self) -> str: ...

    def ask(self, question: Question) -> Pending: ...

    async def close(self) -> None: ...


class NoPromise(TypeError):
    """What a source's ``ask`` gave is neither an answer nor the promise of one."""


def promised(given: object) -> asyncio.Future[Answer]:
    """A promise, once it is one. Raises `NoPromise`: a coroutine nobody runs, another thread's future would never come."""
    if (
        getattr(given, "_asyncio_future_blocking", None) is None
    ):  # as `asyncio.isfuture`, which need not be loaded here
        if isinstance(given, Coroutine):
            given.close()  # nobody will await it, which is said here
        kind = type(given)
        name = (
            kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
        )
        raise NoPromise(f"the source's ask gave {name}; an answer or an asyncio future is wanted")
    return cast("asyncio.Future[Answer]", given)


def unasked(question: Question) -> Answer:
    """The answer of somebody who was not to be asked."""
    if isinstance(question, DnsQuestion):
        return UNASKED
    if isinstance(question, DnssecQuestion):
        return DnssecAnswer(Outcome.UNASKED)
    return WebAnswer(Outcome.UNASKED) if isinstance(question, WebQuestion) else SmtpAnswer(Outcome.UNASKED)


def then(pending: Pending, follow: Callable[[Answer], Pending]) -> Pending:
    """What follows from an answer: at once when it is there, else as a future."""
    if isinstance(pending, tuple):
        return follow(pending)
    promised(pending)
    if pending.done():
        return follow(pending.result())
    outer: asyncio.Future[Answer] = pending.get_loop().create_future()

    def settle(done: asyncio.Future[Answer]) -> None:
        if outer.done():
            return
        try:
            result = done.result() if done is not pending else follow(done.result())
        except BaseException as fault:
            outer.set_exception(fault)
            return
        if isinstance(result, tuple):
            outer.set_result(result)
        else:
            result.add_done_callback(settle)

    pending.add_done_callback(settle)
    return outer


def joined(aliases: tuple[str, ...], ttl: int | None, rest: DnsAnswer) -> DnsAnswer:
    """The answer at the end of a chain, as the answer to the question at its beginning."""
    chain = aliases + rest.aliases
    if len(chain) > CHAIN_LIMIT:
        return DnsAnswer(
            Outcome.SERVFAIL,
            aliases=chain[:CHAIN_LIMIT],
            server=rest.server,
            detail=phrase("CNAME chain too long"),
        )
    return rest._replace(aliases=chain, ttl=least(ttl, rest.ttl), authenticated=False)


def least(one: int | None, other: int | None) -> int | None:
    """The smaller of two times to live, as far as they are known."""
    return min((ttl for ttl in (one, other) if ttl is not None), default=None)
