"""
The other processes of a run: a question is asked by one of them, who tells the others what was said.

Whoever wants an answer claims its question in a table that all of them see: a slot holds the number of the process that
asks, and how many questions it asks there. Questions that fall on one slot are asked by one process, which does no harm,
so that none need stand in the table. Who finds another there asks that process over the socket between the two, as one
asks a server, and gets what the server said, of an alias that leads out of the message that much only: so nobody waits
for somebody who waits for him. What one turn of the loop brings up travels as one message.

A process that lets go of all its answers of a slot gives it back. If one is gone, the others ask for themselves.
"""

from __future__ import annotations

import asyncio
import mmap
import pickle
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, NamedTuple, Protocol, cast
from zlib import crc32

SLOTS: Final = 1 << 19  # some thirty for each answer that a process keeps; a power of two
NUMBERS: Final = 1 << 6  # above every process's number; what is beyond counts questions
MANY: Final = 1 << 16  # a slot's value is below it; one that is full is kept for ever
_LENGTH: Final = 4  # octets before a message


class Place(NamedTuple):
    """
    What a process needs to take part.

    ``number`` counts from 1, ``table`` is shared memory with two octets for each slot, ``lock`` is held while a free slot
    is claimed, ``sockets`` lead to the others by their numbers. ``strange`` are the others' ends, of which a copied
    process has copies that it must close: while one is open, nobody hears that its owner is gone. Can be handed to a
    process that starts, not sent.
    """

    number: int
    table: Any
    lock: Any
    sockets: dict[int, socket.socket]
    strange: tuple[socket.socket, ...] = ()


class Token:
    """A lock among copies of a process, for systems without semaphores: who has taken the one octet holds it."""

    def __init__(self) -> None:
        self._out, self._in = socket.socketpair()
        self.release()

    def acquire(self) -> None:
        """Waits until nobody else holds it."""
        self._out.recv(1)

    def release(self) -> None:
        """Lets the next one have it."""
        self._in.send(b"x")


def shared_lock(context: Any) -> Any:
    """
    A lock for the processes of a `multiprocessing` context, None where there can be none.

    Its own is a semaphore, for which Linux needs memory mounted as a file system; not every container has that.
    """
    try:
        return context.Lock()
    except (ImportError, OSError):
        return Token() if context.get_start_method() == "fork" else None


@contextmanager
def places(count: int, context: Any, lock: Any) -> Iterator[Iterator[Place]]:
    """
    The places of ``count`` processes of a context, each to be taken before the next is made.

    ``lock`` is what `shared_lock` gives for that context.
    """
    forked = context.get_start_method() == "fork"
    table = memoryview(mmap.mmap(-1, 2 * SLOTS)).cast("H") if forked else context.RawArray("H", SLOTS)
    ends: dict[tuple[int, int], socket.socket] = {}

    def each() -> Iterator[Place]:
        for number in range(1, count + 1):
            for other in range(number + 1, count + 1):
                ends[number, other], ends[other, number] = socket.socketpair()
            mine = {other: end for (whose, other), end in ends.items() if whose == number}
            strange = tuple(end for (whose, _), end in ends.items() if forked and whose != number)
            yield Place(number, table, lock, mine, strange)
            for other in mine:
                ends.pop((number, other)).close()

    try:
        yield each()
    finally:
        for end in ends.values():
            end.close()


class Asker(Protocol):
    """Who asks questions of one kind in this process, and answers the others."""

    def asked(self, question: Any, other: int, depth: int) -> None:
        """A neighbour wants an answer, to which ``depth`` aliases led; it gets it by `Neighbours.tell`."""

    def heard(self, question: Any, answer: Any, left: float) -> None:
        """A neighbour's answer; it may be kept for ``left`` seconds, its own time to live where that is below zero."""

    def lost(self, other: int) -> None:
        """A neighbour is gone: what it was asked is to be asked here."""


class Neighbours:
    """The other processes as one of them sees them."""

    def __init__(self, place: Place) -> None:
        self._number = place.number
        self._table = place.table
        self._claim: Callable[[], object] = place.lock.acquire
        self._claimed: Callable[[], object] = place.lock.release
        self._sockets = place.sockets
        self._answering: dict[str, Callable[[], Asker]] = {}  # by the name of a question's class, as the next
        self._asking: dict[str, Asker] = {}
        self._links: dict[int, Link] = {}
        self._full: list[Link] = []  # those with something to send
        self._loop: asyncio.AbstractEventLoop | None = None

    def serve(self, kind: str, asker: Callable[[], Asker]) -> None:
        """Who answers questions of a class with this name; made when a neighbour first asks one."""
        self._answering[kind] = asker

    async def open(self) -> None:
        """Connects to all of them; what they said before waits in the sockets."""
        self._loop = asyncio.get_running_loop()
        for number, sock in self._sockets.items():
            sock.setblocking(False)
            self._links[number] = Link(number, self)
            await self._loop.create_connection(partial(self._links.__getitem__, number), sock=sock)

    def close(self) -> None:
        """Leaves them."""
        links, self._links = self._links, {}
        for link in links.values():
            link.close()

    def holder(self, text: str) -> int:
        """Which other process asks the question with this text; 0 if this one does, which claims what nobody did."""
        slot = slot_of(text)
        table = self._table
        held: int = table[slot]
        if not held:
            self._claim()
            held = table[slot]
            if not held:
                table[slot] = NUMBERS | self._number
            self._claimed()
            if not held:
                return 0
        who = held & (NUMBERS - 1)
        if who != self._number:
            return who if who in self._links else 0
        if held + NUMBERS < MANY:  # nobody else writes where this process stands
            table[slot] = held + NUMBERS
        return 0

    def let_go(self, text: str) -> None:
        """The answer is kept no longer, so that anybody may ask again."""
        slot = slot_of(text)
        held: int = self._table[slot]
        if held & (NUMBERS - 1) == self._number and held + NUMBERS < MANY:
            self._table[slot] = held - NUMBERS if held >= 2 * NUMBERS else 0

    def ask(self, other: int, question: Any, asker: Asker, depth: int = 0) -> None:
        """Wants an answer of another process; it comes by `Asker.heard`. ``depth`` is as in `Asker.asked`."""
        self._asking[type(question).__name__] = asker
        link = self._links[other]
        self._fill(link)
        link.questions.append((question, depth))

    def tell(self, other: int, question: Any, answer: Any, left: float = -1.0) -> None:
        """Says an answer to a process that wants it."""
        link = self._links.get(other)
        if link is not None:
            self._fill(link)
            link.answers.append((question, answer, left))

    def _fill(self, link: Link) -> None:
        if not (link.questions or link.answers):
            if not self._full:
                assert self._loop is not None
                self._loop.call_soon(self._send)
            self._full.append(link)

    def _send(self) -> None:
        full, self._full = self._full, []
        for link in full:
            link.send()

    def came(self, link: Link, message: bytes) -> None:
        """What a process sent in one of its turns."""
        questions, answers = pickle.loads(message)
        for question, depth in questions:
            self._answering[type(question).__name__]().asked(question, link.number, depth)
        for question, answer, left in answers:
            self._asking[type(question).__name__].heard(question, answer, left)

    def gone(self, link: Link) -> None:
        """A process has ended."""
        if self._links.pop(link.number, None) is not None:
            for asker in self._asking.values():
                asker.lost(link.number)


class Link(asyncio.Protocol):
    """The socket between two processes, and what is to be sent over it."""

    __slots__ = ("answers", "buffer", "neighbours", "number", "questions", "transport")

    def __init__(self, number: int, neighbours: Neighbours) -> None:
        self.number = number
        self.neighbours = neighbours
        self.questions: list[tuple[Any, int]] = []
        self.answers: list[tuple[Any, Any, float]] = []
        self.buffer = bytearray()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def send(self) -> None:
        """Sends what has gathered, as one message with its length in front."""
        body = pickle.dumps((self.questions, self.answers), pickle.HIGHEST_PROTOCOL)
        self.questions, self.answers = [], []
        assert self.transport is not None
        self.transport.write(len(body).to_bytes(_LENGTH, "big") + body)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        start = 0
        while len(self.buffer) - start >= _LENGTH:
            end = start + _LENGTH + int.from_bytes(self.buffer[start : start + _LENGTH], "big")
            if len(self.buffer) < end:
                break
            self.neighbours.came(self, bytes(self.buffer[start + _LENGTH : end]))
            start = end
        if start:
            del self.buffer[:start]

    def connection_lost(self, exc: Exception | None) -> None:
        self.neighbours.gone(self)

    def close(self) -> None:
        """Closes the socket."""
        if self.transport is not None:
            self.transport.close()


def slot_of(text: str) -> int:
    """The place of a question in the table."""
    return crc32(text.encode("utf-8", "surrogatepass")) & (SLOTS - 1)
