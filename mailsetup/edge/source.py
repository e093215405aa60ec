"""Where answers come from: the one protocol every source keeps, and how answers are joined."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeAlias

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
    about the network: every failure is an answer's outcome. An answer whose outcome is
    `UNASKED` means "not mine": with ``server`` set it means that nobody else should be asked
    either, with ``aliases`` set that the chain leads to a name which is not mine.
    """

    @property
    def description(self) -> str: ...

    def ask(self, question: Question) -> Pending: ...

    async def close(self) -> None: ...


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
