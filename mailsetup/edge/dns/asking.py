"""One question on its way to a name server, and who has to do with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol, TypeAlias

from mailsetup.model.dns import Answer, DnsAnswer, DnsQuestion, Outcome, Question

from .addresses import Address
from .wire import RESPONSE

_QUESTIONLESS = frozenset({1, 2, 4, 5})  # FORMERR, SERVFAIL, NOTIMP, REFUSED may come without the question


Receiver: TypeAlias = Callable[[Question, Answer], None]
"""Who is called with an answer as soon as it is there, without a future in between."""


class Asking:
    """One question on its way: who waits for it, what was sent, who has failed."""

    __slots__ = (
        "after",
        "alone",
        "attempt",
        "chasing",
        "counted",
        "depth",
        "edns",
        "elsewhere",
        "failures",
        "key",
        "left",
        "name",
        "out",
        "partial",
        "places",
        "question",
        "rdtype",
        "sent",
        "server",
        "servers",
        "stream",
        "tail",
        "tries",
        "waiters",
    )

    def __init__(
        self, key: DnsQuestion, name: str, question: bytes, tail: bytes, servers: Sequence[Carrier]
    ) -> None:
        self.key = key
        self.name = name
        self.rdtype = key.rdtype
        self.question = question
        self.after = 12 + len(question)
        self.tail = tail
        self.servers = servers
        self.server: Carrier | None = None  # where it is queued or unanswered
        self.counted = False  # whether it is in that server's window
        self.places: list[tuple[dict[bytes, Asking], bytes]] = []  # under which ids its answer may come
        self.waiters: list[asyncio.Future[Answer] | Receiver | tuple[Asking, DnsAnswer]] = []
        self.out: tuple[Carrier, ...] = ()  # servers that failed for good
        self.failures: tuple[DnsAnswer, ...] = ()
        self.tries = 0
        self.attempt = 0
        self.sent = 0.0
        self.edns = True
        self.alone = False  # a probe's: nobody shares it, and what it finds is not doubted
        self.stream = False  # to be asked over TCP from the start
        self.chasing: Asking | None = None  # the question about the end of its alias chain
        self.partial: DnsAnswer | None = None  # what was said of that chain so far
        self.depth = 0  # aliases that led here
        self.elsewhere = 0  # the other process that asks for it
        self.left = -1.0  # seconds for which the answer may be kept, if that process said so


def answers(packet: bytes, asking: Asking) -> bool:
    """Whether a message is a response to this very question (RFC 5452 section 9.1)."""
    if len(packet) < 12 or packet[2] & 0xF8 != RESPONSE >> 8:
        return False
    if packet[4:6] == b"\0\1":
        said, question = packet[12 : asking.after], asking.question
        # Letters of a name count without their case (RFC 4343 section 3); type and class are no letters.
        return said == question or (said[-4:] == question[-4:] and said.lower() == question.lower())
    return packet[4:6] == b"\0\0" and packet[3] & 15 in _QUESTIONLESS


class Carrier(Protocol):
    """A server as its sockets see it."""

    address: Address
    text: str
    desk: Desk
    loop: asyncio.AbstractEventLoop
    stream: Any
    outgoing: list[tuple[Any, bytes]]
    in_flight: int
    misses: int
    silence: float
    lying: bool
    heard_by_stream: bool
    payload: int
    dead_until: float

    @property
    def dead(self) -> bool: ...

    def start(self, work: Coroutine[Any, Any, None]) -> None: ...

    def submit(self, asking: Asking) -> None: ...

    def by_stream(self, asking: Asking) -> None: ...

    def pump(self) -> None: ...

    def burst(self) -> None: ...

    def answered(self) -> None: ...

    def missed(self, asking: Asking, timeout: float) -> None: ...

    def released(self) -> None: ...

    def worn(self, link: Any) -> None: ...

    def lost(self, link: Any) -> None: ...

    def refused(self, pending: list[Asking], fault: Exception) -> None: ...

    def pump_stream(self) -> None: ...

    def hung_up(self, pending: list[Asking], fault: Exception | None) -> None: ...


class Desk(Protocol):
    """What a server reports to."""

    def received(self, asking: Asking, packet: bytes, server: Carrier, *, whole: bool) -> None: ...

    def failed(
        self, asking: Asking, server: Carrier, outcome: Outcome, detail: str, *, for_good: bool
    ) -> None: ...

    def stray(self) -> None: ...

    def revived(self) -> None: ...

    def limited(self, by: str) -> None: ...

    def expect(self, asking: Asking) -> None: ...


def reason(fault: BaseException | None) -> str:
    """An operating system's or library's error in a few words."""
    text = getattr(fault, "strerror", None) or str(fault) or type(fault).__name__
    return str(text)[:160]
